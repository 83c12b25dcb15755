package io.xtokenkeeper.sandbox;

import io.xtokenkeeper.sandbox.grants.ClientApp;
import io.xtokenkeeper.sandbox.grants.Scope;
import io.xtokenkeeper.sandbox.grants.TokenClaims;
import io.xtokenkeeper.sandbox.grants.UserId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Authorization codes that were issued and not yet exchanged. Guarded by the lock of {@link SimulatorState}. */
final class Codes {
    /**
     * What an authorization code is bound to.
     *
     * @param challenge must equal the S256 of the code verifier
     */
    record Promise(UserId user, ClientApp app, Scope scope, String redirectUri, String challenge) {}

    private record Waiting(TokenClaims claims, Promise promise) {}

    private final Map<String, Waiting> waiting = new LinkedHashMap<>();
    private int given;

    String give(SimulatorState world, Promise promise) {
        forgetExpired(world.now());
        int life = Math.toIntExact(world.options().lives().code().toSeconds());
        TokenClaims claims = new TokenClaims(TokenClaims.Kind.CODE, given++, 0, world.now(), life);
        String code = world.mint(claims);
        waiting.put(code, new Waiting(claims, promise));
        return code;
    }

    /** The user of a code, without consuming it. */
    Optional<UserId> user(String code) {
        return Optional.ofNullable(waiting.get(code))
                .map(found -> found.promise().user());
    }

    /** Consumes a code: it is valid once, and only during its life, whether the exchange succeeds or not. */
    Optional<Promise> take(String code, long now) {
        return Optional.ofNullable(waiting.remove(code))
                .filter(found -> !found.claims().expired(now))
                .map(Waiting::promise);
    }

    private void forgetExpired(long now) {
        waiting.values().removeIf(each -> each.claims().expired(now));
    }
}
