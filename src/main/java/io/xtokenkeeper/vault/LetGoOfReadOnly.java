package io.xtokenkeeper.vault;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.AgroalDataSource.FlushMode;
import io.xtokenkeeper.persistence.SqlStates;
import java.sql.SQLException;

/**
 * After a fail-over: a connection opened while its server was read only stays so for as long as it lives, though the
 * server was promoted, or another took over. Lets go of all pooled ones, so that the next try gets a new one.
 */
final class LetGoOfReadOnly {
    private LetGoOfReadOnly() {}

    static void connections(AgroalDataSource database, SQLException failure) {
        if (SqlStates.isReadOnly(failure)) {
            database.flush(FlushMode.GRACEFUL);
        }
    }
}
