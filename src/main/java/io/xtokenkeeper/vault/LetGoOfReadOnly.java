package io.xtokenkeeper.vault;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.AgroalDataSource.FlushMode;
import java.sql.SQLException;

/**
 * After a fail-over: a connection opened while its server was read only stays so for as long as it lives, though the
 * server was promoted, or another took over. Lets go of all pooled ones, so that the next try gets a new one.
 */
final class LetGoOfReadOnly {
    /** {@code read_only_sql_transaction}. */
    private static final String READ_ONLY = "25006";

    private LetGoOfReadOnly() {}

    static void connections(AgroalDataSource database, SQLException failure) {
        if (READ_ONLY.equals(failure.getSQLState())) {
            database.flush(FlushMode.GRACEFUL);
        }
    }
}
