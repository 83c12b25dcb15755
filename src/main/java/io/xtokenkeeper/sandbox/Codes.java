package io.xtokenkeeper.sandbox;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Authorization codes that were handed out and not yet taken. Guarded by the world's lock. */
final class Codes {
    /**
     * What a code stands for.
     *
     * @param challenge what the S256 of the verifier must be
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

    /** Whom a code is for, without taking it. */
    Optional<UserId> user(String code) {
        return Optional.ofNullable(waiting.get(code))
                .map(found -> found.promise().user());
    }

    /** A code is good once, and for its life only: whatever comes of it, it is gone now. */
    Optional<Promise> take(String code, long now) {
        return Optional.ofNullable(waiting.remove(code))
                .filter(found -> !found.claims().expired(now))
                .map(Waiting::promise);
    }

    private void forgetExpired(long now) {
        waiting.values().removeIf(each -> each.claims().expired(now));
    }
}
