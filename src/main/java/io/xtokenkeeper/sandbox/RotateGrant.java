package io.xtokenkeeper.sandbox;

import io.xtokenkeeper.sandbox.faults.Fault;
import io.xtokenkeeper.sandbox.faults.FaultConfig;
import io.xtokenkeeper.sandbox.grants.ClientApp;
import io.xtokenkeeper.sandbox.grants.Grant;
import io.xtokenkeeper.sandbox.grants.Scope;
import io.xtokenkeeper.sandbox.grants.TokenClaims;
import io.xtokenkeeper.sandbox.grants.UserId;
import java.util.Optional;

/** Exchanges a refresh token for the next token pair. The refresh token is spent by that. */
final class RotateGrant {
    private final SimulatorState world;

    RotateGrant(SimulatorState world) {
        this.world = world;
    }

    /** The user of a refresh token, if this simulator ever issued it. */
    Optional<UserId> user(Parameters form) {
        return claims(form).map(claims -> grant(claims).user());
    }

    Outcome act(Parameters form, ClientApp app, Fault fault) {
        if (form.get("refresh_token").isEmpty()) {
            return OAuthError.missing("refresh_token");
        }
        Optional<TokenClaims> claims = claims(form);
        if (claims.isEmpty()) {
            return Outcome.refused(OAuthError.TOKEN_INVALID);
        }
        Grant grant = grant(claims.get());
        if (!grant.app().equals(app)) {
            return Outcome.refused(OAuthError.CLIENT_INVALID);
        }
        if (asksForMore(form, grant)) {
            return Outcome.refused(OAuthError.SCOPE_BEYOND_GRANT);
        }
        return switch (grant.standingOf(claims.get(), world.now())) {
            case LIVE -> rotate(grant, fault);
            case SPENT -> replayed(grant, claims.get());
            case DEAD -> Outcome.refused(OAuthError.TOKEN_INVALID);
        };
    }

    private Outcome rotate(Grant grant, Fault fault) {
        FaultConfig switches = world.switches();
        boolean newRefresh = fault != Fault.NO_REFRESH_TOKEN;
        world.ledger().replaced(grant.access(), world.now());
        grant.renewAccess(world.now(), world.accessLife(), switches.refreshKillsOldAccess());
        if (newRefresh) {
            grant.renewRefresh(world.now(), world.refreshLife());
        }
        return Outcome.rotated(new Pair(world, grant).answer(newRefresh), grant);
    }

    private Outcome replayed(Grant grant, TokenClaims spent) {
        world.ledger().doubleSpend(grant, spent);
        if (grant.inGrace(spent, world.now(), world.switches().grace().toMillis())) {
            return Outcome.ok(new Pair(world, grant).answer(true));
        }
        if (world.switches().replayKillsFamily()) {
            grant.kill();
        }
        return Outcome.refused(OAuthError.TOKEN_INVALID);
    }

    /** RFC 6749, section 6: a refresh must not request more than was granted. Requesting less has no effect here. */
    private static boolean asksForMore(Parameters form, Grant grant) {
        return form.get("scope")
                .map(asked -> !Scope.parse(asked).map(grant.scope()::holds).orElse(false))
                .orElse(false);
    }

    private Optional<TokenClaims> claims(Parameters form) {
        return form.get("refresh_token").flatMap(token -> world.read(token, TokenClaims.Kind.REFRESH));
    }

    private Grant grant(TokenClaims claims) {
        return world.grants().numbered(claims.grant());
    }
}
