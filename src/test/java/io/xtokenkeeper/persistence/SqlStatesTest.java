package io.xtokenkeeper.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.xtokenkeeper.persistence.SqlStates.Kind;
import java.io.IOException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlStatesTest {
    private static SQLException failure(String state) {
        return new SQLException("it failed", state);
    }

    @ParameterizedTest
    @CsvSource({
        "08001, UNAVAILABLE, nothing listens there",
        "08006, UNAVAILABLE, the connection broke",
        "28P01, UNAVAILABLE, the password was changed",
        "3D000, UNAVAILABLE, the database is not there yet",
        "53100, UNAVAILABLE, the disk is full",
        "53300, UNAVAILABLE, too many connections",
        "57014, UNAVAILABLE, cancelled",
        "57P01, UNAVAILABLE, the server shuts down",
        "57P03, UNAVAILABLE, the server starts up",
        "58030, UNAVAILABLE, input or output failed",
        "25006, UNAVAILABLE, a standby takes no writes",
        "25P03, UNAVAILABLE, idle in a transaction for too long",
        "26000, UNAVAILABLE, a pooler gave the session to another",
        "42P05, UNAVAILABLE, a pooler gave us another's session",
        "XX000, UNAVAILABLE, an internal error or a pooler's word",
        "99999, UNAVAILABLE, the driver failed",
        "40001, RETRY, serialization failure",
        "40P01, RETRY, deadlock",
        "55P03, RETRY, lock not available",
        "0A000, REJECTED, not supported",
        "21000, REJECTED, more than one row",
        "22001, REJECTED, too long",
        "22021, REJECTED, NUL",
        "23505, REJECTED, unique",
        "25P02, REJECTED, an earlier statement of the transaction failed",
        "42501, REJECTED, no right",
        "42P01, REJECTED, no such table",
        "54000, REJECTED, a limit of the program",
        "P0001, REJECTED, raised by a trigger",
        "XX001, REJECTED, one page of a table is damaged",
        "ZZ123, REJECTED, unknown",
    })
    void everySqlStateHasOneMeaning(String state, Kind kind) {
        assertThat(SqlStates.kindOf(failure(state))).contains(kind);
    }

    @Test
    void aPoolWithoutAConnectionGivesNoSqlState() {
        assertThat(SqlStates.kindOf(failure(null))).contains(Kind.UNAVAILABLE);
        assertThat(SqlStates.kindOf(failure(""))).contains(Kind.UNAVAILABLE);
    }

    @Test
    void wrappersAreLookedThrough() {
        var cause = failure("23505");
        assertThat(SqlStates.kindOf(new IllegalStateException(new IOException(cause))))
                .contains(Kind.REJECTED);
        assertThat(SqlStates.kindOf(new SQLException("a wrapper without a state", cause)))
                .contains(Kind.REJECTED);
        assertThat(SqlStates.kindOf(new BatchUpdateException("batch", "40P01", new int[0], failure("40P01"))))
                .contains(Kind.RETRY);
    }

    @Test
    void whatIsNotOfTheDatabaseHasNoMeaningHere() {
        assertThat(SqlStates.kindOf(new IOException())).isEmpty();
        assertThat(SqlStates.isUnavailable(new IOException())).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"22021", "22P05"})
    void aCharacterThatCannotBeKept(String state) {
        assertThat(SqlStates.isInvalidCharacter(new IllegalStateException(failure(state))))
                .isTrue();
        assertThat(SqlStates.isInvalidCharacter(failure("22001"))).isFalse();
        assertThat(SqlStates.isInvalidCharacter(failure(null))).isFalse();
    }

    @Test
    void aStandbyIsReadOnly() {
        assertThat(SqlStates.isReadOnly(failure("25006"))).isTrue();
        assertThat(SqlStates.isReadOnly(failure("42501"))).isFalse();
    }

    @Test
    void aLockTimeoutIsAConflictOfOneRow() {
        assertThat(SqlStates.isLockNotAvailable(new IllegalStateException(failure("55P03"))))
                .isTrue();
        assertThat(SqlStates.isLockNotAvailable(failure("40P01"))).isFalse();
    }
}
