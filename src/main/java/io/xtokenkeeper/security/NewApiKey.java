package io.xtokenkeeper.security;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * An API key to be created.
 *
 * @param rights the permissions that were asked for
 * @param tokens whether it may take access tokens although its calls to X are limited; empty if the request does not say
 * @param expiresIn empty if it does not expire
 */
public record NewApiKey(
        String name, Set<String> rights, KeyLimits limits, Optional<Boolean> tokens, Optional<Duration> expiresIn) {
    /** What is contradictory in the request, as a sentence for the caller. */
    public Optional<String> contradiction() {
        if (limits.limitCalls() && !Permissions.callsX(rights)) {
            return Optional.of("methods and paths limit calls to X: give the key the right proxy, or leave them out");
        }
        if (tokens.orElse(false) && !rights.contains(Permissions.TOKEN)) {
            return Optional.of("tokens lets the key take access tokens: give the key the right token, or leave it out");
        }
        if (!tokens.orElse(true) && !limits.limitCalls() && rights.contains(Permissions.TOKEN)) {
            return Optional.of("The right token takes access tokens: for a key that takes none, use the right proxy");
        }
        return Optional.empty();
    }

    /**
     * The permissions that the key gets. With an access token everything can be called at X that its scope permits, so
     * a key whose calls are limited gets {@code proxy} in place of {@code token}, unless the request asks for tokens.
     */
    Set<String> granted() {
        var granted = new TreeSet<>(rights);
        if (limits.limitCalls() && !tokens.orElse(false) && granted.remove(Permissions.TOKEN)) {
            granted.add(Permissions.PROXY);
        }
        return granted;
    }
}
