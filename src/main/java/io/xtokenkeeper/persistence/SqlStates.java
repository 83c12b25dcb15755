package io.xtokenkeeper.persistence;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Classifies database failures; the only class that knows SQLSTATEs (PostgreSQL's appendix A, and those of its JDBC driver).
 */
public final class SqlStates {
    public enum Kind {
        /** The server, the network or the pool does not work: every statement fails now, the same one may succeed later. */
        UNAVAILABLE,
        /** A conflict with another transaction: the same statement succeeds when it is retried. */
        RETRY,
        /**
         * This statement, its data or its privileges: other statements succeed, this one fails again until something is
         * changed.
         */
        REJECTED
    }

    /**
     * Connection, authorization, database, resources, operator intervention, system, configuration, internal error; 60 and
     * 99 are the driver's own failures. Unknown codes are REJECTED: a code that one statement raises must not stop all
     * others.
     */
    private static final Set<String> UNAVAILABLE = Set.of("08", "28", "3D", "53", "57", "58", "60", "99", "F0", "XX");

    /** {@code read_only_sql_transaction}: a standby, or a server before it is promoted. */
    private static final String READ_ONLY = "25006";

    /** {@code idle_in_transaction_session_timeout} and {@code transaction_timeout}: the server ended the connection. */
    private static final Set<String> SESSION_ENDED = Set.of("25P03", "25P04");

    /**
     * {@code invalid_sql_statement_name} and {@code duplicate_prepared_statement}: a connection pooler that was not detected
     * gave a session with prepared statements to another connection. Unavailable, so that nothing is claimed: it could not
     * be saved.
     */
    private static final Set<String> SESSIONS_MIXED_UP = Set.of("26000", "42P05");

    /** {@code data_corrupted} and {@code index_corrupted}: affects only the rows that were read. */
    private static final Set<String> CORRUPTED = Set.of("XX001", "XX002");

    /** {@code lock_not_available}: {@code lock_timeout} ended the wait. */
    private static final String LOCK_NOT_AVAILABLE = "55P03";

    /** Transaction rollback (deadlock, serialization failure), and objects that are locked or in use. */
    private static final Set<String> RETRY = Set.of("40", "55");

    /**
     * {@code character_not_in_repertoire} and {@code untranslatable_character}: the character NUL, or one that the
     * database's encoding does not have.
     */
    private static final Set<String> INVALID_CHARACTER = Set.of("22021", "22P05");

    private static final int MAX_CAUSES = 20;

    private SqlStates() {}

    /** Empty if the failure does not come from the database. */
    public static Optional<Kind> kindOf(Throwable failure) {
        // a wrapper may have no SQLSTATE, or be the only exception that has one
        return failures(failure)
                .findFirst()
                .map(any -> state(failure).map(SqlStates::kindOf).orElse(Kind.UNAVAILABLE));
    }

    /** The SQLException that caused this failure; empty if it does not come from the database. */
    static Optional<SQLException> find(Throwable failure) {
        return failures(failure).findFirst();
    }

    /** Whether the database as a whole is unavailable now. */
    public static boolean isUnavailable(Throwable failure) {
        return kindOf(failure).filter(Kind.UNAVAILABLE::equals).isPresent();
    }

    /** Whether a text contains a character that the database cannot store. */
    public static boolean isInvalidCharacter(Throwable failure) {
        return state(failure).filter(INVALID_CHARACTER::contains).isPresent();
    }

    /** Whether the server accepts no writes over this connection. */
    public static boolean isReadOnly(Throwable failure) {
        return state(failure).filter(READ_ONLY::equals).isPresent();
    }

    /** Whether another transaction holds a lock for too long; the kind of this failure is RETRY. */
    public static boolean isLockNotAvailable(Throwable failure) {
        return state(failure).filter(LOCK_NOT_AVAILABLE::equals).isPresent();
    }

    private static Optional<String> state(Throwable failure) {
        return failures(failure)
                .map(SQLException::getSQLState)
                .filter(Objects::nonNull)
                .findFirst();
    }

    private static Stream<SQLException> failures(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .limit(MAX_CAUSES)
                // a transaction manager that cannot commit adds the driver's exception as suppressed
                .flatMap(cause -> Stream.concat(Stream.of(cause), suppressedBy(cause)))
                .filter(SQLException.class::isInstance)
                .map(SQLException.class::cast);
    }

    private static Stream<Throwable> suppressedBy(Throwable failure) {
        return Arrays.stream(failure.getSuppressed())
                .flatMap(first -> Stream.iterate(first, Objects::nonNull, Throwable::getCause))
                .limit(MAX_CAUSES);
    }

    private static Kind kindOf(String state) {
        if (state.length() != 5
                || state.equals(READ_ONLY)
                || SESSION_ENDED.contains(state)
                || SESSIONS_MIXED_UP.contains(state)) {
            return Kind.UNAVAILABLE;
        }
        var stateClass = state.substring(0, 2);
        if (RETRY.contains(stateClass)) {
            return Kind.RETRY;
        }
        return UNAVAILABLE.contains(stateClass) && !CORRUPTED.contains(state) ? Kind.UNAVAILABLE : Kind.REJECTED;
    }
}
