package io.xtokenkeeper.sandbox.grants;

import java.util.Optional;

/**
 * What one user granted to one app: the newest access token and the one valid refresh token, as numbers. Small, because
 * millions are held. Guarded by the lock of the simulator's state.
 */
public final class Grant {
    /** The state of a refresh token that is presented. */
    public enum Standing {
        LIVE,
        SPENT,
        DEAD
    }

    private final int number;
    private final UserId user;
    private final ClientApp app;
    private final Scope scope;
    /** The user's previous grant, to any app; null for the first. */
    private final Grant earlier;

    private long accessIssuedAt;
    private long refreshIssuedAt;
    private int accessGeneration;
    private int refreshGeneration;
    private int accessLife;
    private int refreshLife;
    /** Access tokens of an earlier generation are invalid. */
    private int oldestGoodAccess;

    private boolean refreshRevoked;
    private boolean dead;
    private boolean lastAnswerLost;

    Grant(int number, UserId user, ClientApp app, Scope scope, Grant earlier) {
        this.number = number;
        this.user = user;
        this.app = app;
        this.scope = scope;
        this.earlier = earlier;
    }

    public void issueFirst(long now, int newAccessLife, int newRefreshLife) {
        accessIssuedAt = now;
        accessLife = newAccessLife;
        refreshIssuedAt = now;
        refreshLife = newRefreshLife;
    }

    /** Issues a new access token; the old one becomes invalid at once if {@code endsOld}. */
    public void renewAccess(long now, int newAccessLife, boolean endsOld) {
        accessGeneration++;
        accessIssuedAt = now;
        accessLife = newAccessLife;
        lastAnswerLost = false;
        if (endsOld) {
            oldestGoodAccess = accessGeneration;
        }
    }

    /** Issues a new refresh token; the previous one is spent. */
    public void renewRefresh(long now, int newRefreshLife) {
        refreshGeneration++;
        refreshIssuedAt = now;
        refreshLife = newRefreshLife;
    }

    public Standing standingOf(TokenClaims refresh, long now) {
        if (refresh.generation() < refreshGeneration) {
            return Standing.SPENT;
        }
        return dead || refreshRevoked || refresh.expired(now) ? Standing.DEAD : Standing.LIVE;
    }

    /** Whether this token was spent for the current pair, and the grace period is not over. */
    public boolean inGrace(TokenClaims refresh, long now, long graceMillis) {
        return graceMillis > 0
                && !dead
                && !refreshRevoked
                && refresh.generation() == refreshGeneration - 1
                && now < refreshIssuedAt + graceMillis;
    }

    public boolean accessIsLive(TokenClaims access, long now) {
        return !dead && access.generation() >= oldestGoodAccess && !access.expired(now);
    }

    public boolean live(long now) {
        return !dead && (offline() ? !refreshRevoked && !refresh().expired(now) : accessIsLive(access(), now));
    }

    public void kill() {
        dead = true;
    }

    public void killRefresh() {
        refreshRevoked = true;
    }

    /** Invalidates this access token, and those before it. */
    public void killAccess(TokenClaims access) {
        oldestGoodAccess = Math.max(oldestGoodAccess, access.generation() + 1);
    }

    public void answerLost() {
        lastAnswerLost = true;
    }

    /** Whether the response of the refresh that spent this token never reached the app. */
    public boolean excuses(TokenClaims spentRefresh) {
        return lastAnswerLost && spentRefresh.generation() == refreshGeneration - 1;
    }

    public TokenClaims access() {
        return new TokenClaims(TokenClaims.Kind.ACCESS, number, accessGeneration, accessIssuedAt, accessLife);
    }

    public TokenClaims refresh() {
        return new TokenClaims(TokenClaims.Kind.REFRESH, number, refreshGeneration, refreshIssuedAt, refreshLife);
    }

    /** Number of refreshes. */
    public int refreshes() {
        return accessGeneration;
    }

    public boolean offline() {
        return scope.offline();
    }

    public UserId user() {
        return user;
    }

    public ClientApp app() {
        return app;
    }

    public Scope scope() {
        return scope;
    }

    Optional<Grant> earlier() {
        return Optional.ofNullable(earlier);
    }
}
