package io.xtokenkeeper.vault;

import io.xtokenkeeper.persistence.SqlStates;
import java.sql.SQLException;

/** The database did not do what was asked; whether a commit took effect may be unknown. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreException(String doing, SQLException cause) {
        super(doing + ": " + cause.getMessage(), cause);
    }

    public SqlStates.Kind kind() {
        return SqlStates.kindOf(this).orElseThrow();
    }

    /** Whether the database as a whole does not work now. */
    public boolean isUnavailable() {
        return kind() == SqlStates.Kind.UNAVAILABLE;
    }
}
