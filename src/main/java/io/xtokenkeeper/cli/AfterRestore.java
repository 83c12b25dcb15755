package io.xtokenkeeper.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is asked of the accounts of a restored database.
 *
 * @param spend may refresh tokens be tried
 * @param perSecond accounts a second, one at least
 * @param after the account to go on behind; empty to begin
 */
public record AfterRestore(boolean spend, int perSecond, Optional<String> after) {
    /** As {@link #arguments} wrote it. */
    public static AfterRestore of(String... arguments) {
        return new AfterRestore(
                Boolean.parseBoolean(arguments[0]),
                Integer.parseInt(arguments[1]),
                List.of(arguments).stream().skip(2).findFirst());
    }

    /** For a process that is started with nothing but text. */
    public String[] arguments() {
        var arguments = new ArrayList<>(List.of(Boolean.toString(spend), Integer.toString(perSecond)));
        after.ifPresent(arguments::add);
        return arguments.toArray(String[]::new);
    }
}
