package io.xtokenkeeper.vault;

import java.sql.SQLException;

/** The database did not do what was asked; whether a commit took effect may be unknown. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreException(String doing, SQLException cause) {
        super(doing + ": " + cause.getMessage(), cause);
    }

    /**
     * Whether the store as a whole did not work, so that the same may work later. False where it works but refuses this
     * very data: SQLSTATE classes 22 (data), 23 (constraint) and 42 (statement).
     */
    public boolean storeIsAway() {
        var state = ((SQLException) getCause()).getSQLState();
        return state == null || !(state.startsWith("22") || state.startsWith("23") || state.startsWith("42"));
    }
}
