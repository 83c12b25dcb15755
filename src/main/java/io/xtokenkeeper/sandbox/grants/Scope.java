package io.xtokenkeeper.sandbox.grants;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The scopes of a grant, in the order of the request. */
public record Scope(List<String> names) {
    private static final Pattern NAME = Pattern.compile("[a-z]+([._][a-z]+)*");
    private static final String OFFLINE = "offline.access";

    public Scope {
        names = List.copyOf(names);
    }

    /** Empty unless the text is one or more names of the form of X's scopes, separated by single spaces. */
    public static Optional<Scope> parse(String text) {
        List<String> names = Arrays.asList(text.split(" ", -1));
        return names.stream().allMatch(name -> NAME.matcher(name).matches())
                ? Optional.of(new Scope(names.stream().distinct().toList()))
                : Optional.empty();
    }

    public static Scope usual() {
        return new Scope(List.of("tweet.read", "users.read", OFFLINE));
    }

    public Scope without(Set<String> withheld) {
        return new Scope(names.stream().filter(name -> !withheld.contains(name)).toList());
    }

    public boolean offline() {
        return names.contains(OFFLINE);
    }

    public boolean holds(String... wanted) {
        return names.containsAll(List.of(wanted));
    }

    public boolean holds(Scope other) {
        return names.containsAll(other.names);
    }

    /** As X returns it: not in the order of the request. */
    public String answered() {
        return String.join(" ", names.reversed());
    }
}
