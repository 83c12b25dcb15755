package io.xtokenkeeper.domain;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * A set of OAuth 2.0 scopes (RFC 6749 §3.3). X may return them in another order than requested, so two sets are equal if
 * they contain the same names; {@code toString} keeps the order given.
 */
public final class Scopes {
    public static final String OFFLINE_ACCESS = "offline.access";
    public static final String TWEET_READ = "tweet.read";
    public static final String USERS_READ = "users.read";
    private static final Pattern NAME = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]+");
    private static final int LONGEST = 2_000;
    private static final int MAX_SHARED = 100;
    /** Shared instances: nearly all accounts have the same scopes, and the scopes are read with each account. */
    private static final Map<String, Scopes> SHARED = new ConcurrentHashMap<>();

    private final Set<String> names;
    /** Joined once: it is part of every response that contains a token. */
    private final String text;

    public Scopes(Set<String> names) {
        if (names.isEmpty()) {
            throw new IllegalArgumentException("at least one scope is needed");
        }
        this.names = Collections.unmodifiableSet(new LinkedHashSet<>(names));
        this.text = String.join(" ", names);
    }

    /** @throws IllegalArgumentException if {@code text} contains no scope, or a name that is not a valid scope */
    public static Scopes of(String text) {
        var shared = SHARED.get(text);
        if (shared != null) {
            return shared;
        }
        var scopes = read(text);
        if (SHARED.size() < MAX_SHARED) {
            SHARED.put(text, scopes);
        }
        return scopes;
    }

    private static Scopes read(String text) {
        var names = List.of(text.strip().split("\\s+"));
        if (text.length() > LONGEST
                || !names.stream().allMatch(n -> NAME.matcher(n).matches())) {
            throw new IllegalArgumentException("scopes are names separated by spaces");
        }
        return new Scopes(new LinkedHashSet<>(names));
    }

    /** Empty if {@code text} contains no scope, or a name that is not a valid scope. */
    public static Optional<Scopes> parse(String text) {
        try {
            return Optional.of(of(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** These and {@code more}; new names are appended. */
    public Scopes and(String... more) {
        var all = new LinkedHashSet<>(names);
        Collections.addAll(all, more);
        return new Scopes(all);
    }

    /** These and {@code more}; new names are appended. */
    public Scopes and(Scopes more) {
        return and(more.names.toArray(String[]::new));
    }

    /** Those of {@code asked} that are not among these; empty if there are none. */
    public Optional<Scopes> missing(Scopes asked) {
        var missing = new LinkedHashSet<>(asked.names);
        missing.removeAll(names);
        return missing.isEmpty() ? Optional.empty() : Optional.of(new Scopes(missing));
    }

    public boolean contains(String name) {
        return names.contains(name);
    }

    public Set<String> names() {
        return names;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Scopes that && names.equals(that.names);
    }

    @Override
    public int hashCode() {
        return names.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
