package io.xtokenkeeper.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Options of the check of a restored database's accounts.
 *
 * @param spend whether refresh tokens may be tried
 * @param perSecond accounts per second, at least one
 * @param after the account after which to continue; empty to start at the first
 */
public record AfterRestore(boolean spend, int perSecond, Optional<String> after) {
    /** Parses what {@link #arguments} wrote. */
    public static AfterRestore of(String... arguments) {
        return new AfterRestore(
                Boolean.parseBoolean(arguments[0]),
                Integer.parseInt(arguments[1]),
                List.of(arguments).stream().skip(2).findFirst());
    }

    /** As program arguments, because the container is started with text only. */
    public String[] arguments() {
        var arguments = new ArrayList<>(List.of(Boolean.toString(spend), Integer.toString(perSecond)));
        after.ifPresent(arguments::add);
        return arguments.toArray(String[]::new);
    }
}
