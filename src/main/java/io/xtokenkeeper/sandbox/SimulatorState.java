package io.xtokenkeeper.sandbox;

import io.xtokenkeeper.sandbox.faults.FaultConfig;
import io.xtokenkeeper.sandbox.grants.ClientApp;
import io.xtokenkeeper.sandbox.grants.Grant;
import io.xtokenkeeper.sandbox.grants.Grants;
import io.xtokenkeeper.sandbox.grants.Scope;
import io.xtokenkeeper.sandbox.grants.SeededGrant;
import io.xtokenkeeper.sandbox.grants.TestUser;
import io.xtokenkeeper.sandbox.grants.TokenClaims;
import io.xtokenkeeper.sandbox.grants.TokenMint;
import io.xtokenkeeper.sandbox.grants.UserId;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/**
 * The simulator's state. Code that reads or changes it, or objects that it returns, holds its monitor for the whole of one
 * call: that makes a fault, its count and the processing of the call atomic.
 */
final class SimulatorState {
    private static final ClientApp UNREGISTERED = new ClientApp("another-app", "another-secret", List.of());

    private final SandboxOptions options;
    private final SplittableRandom random;
    private final CallLog ledger = new CallLog(this);
    private TokenMint mint;
    private Grants grants;
    private Codes codes;
    private FaultConfig switches;

    SimulatorState(SandboxOptions options) {
        this.options = options;
        this.random = new SplittableRandom(options.seed());
        reset();
    }

    /** Deletes everything; tokens that were issued before are unknown from now on. */
    synchronized void reset() {
        mint = new TokenMint(random);
        grants = new Grants();
        codes = new Codes();
        switches = FaultConfig.defaults().withAccessTokenLife(options.lives().access());
        ledger.clear();
    }

    long now() {
        return options.clock().millis();
    }

    InstantSource clock() {
        return options.clock();
    }

    SandboxOptions options() {
        return options;
    }

    CallLog ledger() {
        return ledger;
    }

    Grants grants() {
        return grants;
    }

    Codes codes() {
        return codes;
    }

    FaultConfig switches() {
        return switches;
    }

    synchronized FaultConfig change(UnaryOperator<FaultConfig> edit) {
        switches = edit.apply(switches);
        return switches;
    }

    Optional<ClientApp> app(String clientId) {
        return options.app().id().equals(clientId)
                ? Optional.of(options.app())
                : options.otherApps().stream()
                        .filter(app -> app.id().equals(clientId))
                        .findFirst();
    }

    /** The user revokes all access on X's own settings page. */
    long revokeAll(UserId user) {
        long now = now();
        List<Grant> live = grants.of(user).filter(grant -> grant.live(now)).toList();
        grants.of(user).forEach(Grant::kill);
        ledger.log(user, "revoked_at_x", Optional.empty());
        return live.size();
    }

    TestUser person(UserId id) {
        return Optional.ofNullable(switches.profiles().get(id.toString()))
                .or(() -> options.users().stream()
                        .filter(user -> user.id().equals(id.toString()))
                        .findFirst())
                .orElseGet(() -> TestUser.nameless(id));
    }

    String mint(TokenClaims claims) {
        return mint.mint(claims);
    }

    Optional<TokenClaims> read(String token, TokenClaims.Kind kind) {
        return mint.read(token).filter(claims -> claims.kind() == kind);
    }

    /** The grant of an access token that is valid now. */
    Optional<Grant> grantOfLiveAccess(String token) {
        return read(token, TokenClaims.Kind.ACCESS)
                .filter(claims -> grants.numbered(claims.grant()).accessIsLive(claims, now()))
                .map(claims -> grants.numbered(claims.grant()));
    }

    /** Issues a grant without a browser; an app that is not registered is treated as another app. */
    SeededGrant seed(UserId user, ClientApp app, Scope scope, int firstAccessLife) {
        Pair pair = new Pair(this, consent(user, app, scope, firstAccessLife));
        ledger.log(user, "seeded", Optional.of(pair.issue()));
        return pair.seeded();
    }

    /** The first of {@link SandboxOptions#otherApps()}, or an unregistered one. */
    ClientApp foreignApp() {
        return options.otherApps().stream().findFirst().orElse(UNREGISTERED);
    }

    /** The user chose Allow: a new grant with its first token pair. */
    Grant consent(UserId user, ClientApp app, Scope scope) {
        return consent(user, app, scope, accessLife());
    }

    Grant consent(UserId user, ClientApp app, Scope scope, int firstAccessLife) {
        if (switches.reconsentKillsOldGrant()) {
            grants.of(user).filter(old -> old.app().equals(app)).forEach(old -> {
                old.kill();
                ledger.replaced(old.access(), now());
            });
        }
        Grant grant = grants.open(user, app, scope);
        grant.issueFirst(now(), firstAccessLife, refreshLife());
        return grant;
    }

    int accessLife() {
        return Math.toIntExact(switches.accessTokenLife().toSeconds());
    }

    int refreshLife() {
        return Math.toIntExact(options.lives().refresh().toSeconds());
    }
}
