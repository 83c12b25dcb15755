package io.xtokenkeeper.sandbox;

import io.xtokenkeeper.sandbox.faults.Endpoint;
import io.xtokenkeeper.sandbox.faults.FaultConfig;
import io.xtokenkeeper.sandbox.grants.ClientApp;
import io.xtokenkeeper.sandbox.grants.Grant;
import io.xtokenkeeper.sandbox.grants.TokenClaims;
import java.util.Optional;

/**
 * {@code POST /2/oauth2/revoke}. Requires {@code token_type_hint}, as X does. Returns 200 for tokens that exist and for
 * those that do not (RFC 7009, section 2.2), or 400 for the latter: {@link FaultConfig#revokeRefusesUnknownTokens()}.
 */
final class RevokeEndpoint {
    private final SimulatorState world;
    private final ClientCheck clients;

    RevokeEndpoint(SimulatorState world) {
        this.world = world;
        this.clients = new ClientCheck(world);
    }

    Reply answer(Call call) {
        synchronized (world) {
            Optional<TokenClaims> claims = call.form().get("token").flatMap(this::claims);
            return new FaultInjector(
                            world,
                            Endpoint.REVOKE,
                            claims.map(found -> grant(found).user()),
                            call.host(),
                            call.form().get("token"))
                    .run(fault -> switch (clients.of(call)) {
                        case ClientCheck.Refused refused -> refused.outcome();
                        case ClientCheck.Known known -> revoke(call, known.app(), claims);
                    });
        }
    }

    private Outcome revoke(Call call, ClientApp app, Optional<TokenClaims> claims) {
        Optional<String> missing = call.form().firstMissing("token", "token_type_hint");
        if (missing.isPresent()) {
            return OAuthError.missing(missing.get());
        }
        Optional<TokenClaims> live =
                claims.filter(found -> grant(found).app().equals(app)).filter(this::live);
        if (live.isEmpty() && world.switches().revokeRefusesUnknownTokens()) {
            return Outcome.refused(OAuthError.TOKEN_INVALID);
        }
        live.ifPresent(this::revoke);
        return Outcome.ok(Answer.json(200, "{\"revoked\":true}"));
    }

    private void revoke(TokenClaims claims) {
        Grant grant = grant(claims);
        boolean refresh = claims.kind() == TokenClaims.Kind.REFRESH;
        if (world.switches().revokeKillsPair()) {
            grant.kill();
        } else if (refresh) {
            grant.killRefresh();
        } else {
            grant.killAccess(claims);
        }
    }

    private boolean live(TokenClaims claims) {
        return claims.kind() == TokenClaims.Kind.REFRESH
                ? grant(claims).standingOf(claims, world.now()) == Grant.Standing.LIVE
                : grant(claims).accessIsLive(claims, world.now());
    }

    private Optional<TokenClaims> claims(String token) {
        return world.read(token, TokenClaims.Kind.REFRESH).or(() -> world.read(token, TokenClaims.Kind.ACCESS));
    }

    private Grant grant(TokenClaims claims) {
        return world.grants().numbered(claims.grant());
    }
}
