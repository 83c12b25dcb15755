package io.xtokenkeeper.security;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Names of the users who may sign in with OpenID Connect, in the format of {@link OpenIdProvider#operators}. */
public record OpenIdAdmins(Set<String> names) {
    /**
     * @param text names separated by commas
     * @throws IllegalArgumentException if it contains no name
     */
    public static OpenIdAdmins of(String text) {
        var names = Stream.of(text.split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
        if (names.isEmpty()) {
            throw new IllegalArgumentException("is empty: no user could sign in");
        }
        return new OpenIdAdmins(names);
    }
}
