package io.xtokenkeeper.web;

import java.sql.SQLException;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Tells a database that is away, which is worth waiting for, from a statement that is wrong, which is not. */
final class Outage {
    /** Classes of SQLSTATE that blame the statement or its data; all others blame the server, the line or the pool. */
    private static final Set<String> OUR_FAULT = Set.of("0A", "21", "22", "23", "42");

    private static final String NOT_A_CHARACTER = "22021";

    private Outage() {}

    static boolean causes(Throwable failure) {
        return causes(failure, state -> !isOurFault(state));
    }

    private static boolean causes(Throwable failure, Predicate<String> bySqlState) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .limit(20)
                .anyMatch(cause -> cause instanceof SQLException sql && bySqlState.test(sql.getSQLState()));
    }

    /** Text that PostgreSQL cannot hold: the character NUL. */
    static boolean isOfACharacter(Throwable failure) {
        return causes(failure, state -> NOT_A_CHARACTER.equals(state));
    }

    private static boolean isOurFault(String state) {
        return state != null && state.length() >= 2 && OUR_FAULT.contains(state.substring(0, 2));
    }
}
