package io.xtokenkeeper.persistence;

import java.sql.SQLException;

/** A database statement failed; whether a commit took effect may be unknown. */
public final class DatabaseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param doing what failed, as in "reading account 7" */
    public DatabaseException(String doing, SQLException cause) {
        super(doing + ": " + cause.getMessage(), cause);
    }

    public SqlStates.Kind kind() {
        return SqlStates.kindOf(this).orElseThrow();
    }

    /** Whether the database as a whole is unavailable now. */
    public boolean isUnavailable() {
        return kind() == SqlStates.Kind.UNAVAILABLE;
    }
}
