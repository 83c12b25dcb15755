package io.xtokenkeeper.vault;

import io.agroal.api.AgroalDataSource;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.util.Optional;

/** What Flyway has written of its migrations, read in one statement: most starts find that there is nothing for it to do. */
@Singleton
public class SchemaHistory {
    /** Where the service has a role of its own, each start grants it what it may do (afterMigrate.sql), as it may be new. */
    private static final String IS_COMPLETE = """
            select max(version::integer) >= ? and bool_and(success)
                   and not exists (select from pg_roles where rolname = 'keeper_service')
              from flyway_schema_history
             where version is not null""";

    private final AgroalDataSource database;

    SchemaHistory(AgroalDataSource database) {
        this.database = database;
    }

    /** Why this database cannot be used at all; empty also where it cannot be reached. */
    public Optional<String> encodingProblem() {
        try (var connection = database.getConnection();
                var statement = connection.prepareStatement("select getdatabaseencoding()");
                var row = statement.executeQuery()) {
            row.next();
            return VisitDatabase.encodingProblem(row.getString(1));
        } catch (SQLException e) {
            return Optional.empty();
        }
    }

    /**
     * Whether every migration that this program brings was applied and nothing is left to be granted. Not so, too, where
     * that cannot be found out: Flyway says best what is in its way.
     */
    public boolean isComplete() {
        try (var connection = database.getConnection();
                var statement = connection.prepareStatement(IS_COMPLETE)) {
            statement.setInt(1, VisitDatabase.NEWEST_SCHEMA);
            try (var row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        } catch (SQLException e) {
            return false;
        }
    }
}
