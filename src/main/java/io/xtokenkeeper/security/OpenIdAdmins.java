package io.xtokenkeeper.security;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Who may sign in by an OpenID provider, see {@link OpenIdProvider#operators}. */
public record OpenIdAdmins(Set<String> names) {
    /**
     * @param text names separated by commas
     * @throws IllegalArgumentException where there is none
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
