package io.xtokenkeeper.startup;

import io.xtokenkeeper.diagnostics.DatabaseProbe;
import io.xtokenkeeper.persistence.Database;
import io.xtokenkeeper.persistence.DatabaseException;
import jakarta.inject.Singleton;
import java.util.Optional;

/** What Flyway has written of its migrations, read in one statement: most starts find that there is nothing for it to do. */
@Singleton
public class SchemaHistory {
    /** Asked first: a query of a table that is not there would be an error in the database's log. */
    private static final String EXISTS = "select to_regclass('flyway_schema_history') is not null as found";

    /** Where the service has a role of its own, each start grants it what it may do (afterMigrate.sql), as it may be new. */
    private static final String IS_COMPLETE = """
            select max(version::integer) >= :newest and bool_and(success)
                   and not exists (select from pg_roles where rolname = 'keeper_service') as complete
              from flyway_schema_history
             where version is not null""";

    private final Database database;

    SchemaHistory(Database database) {
        this.database = database;
    }

    /** Why this database cannot be used at all; empty also where it cannot be reached. */
    public Optional<String> encodingProblem() {
        try {
            return database.statement("reading the database's encoding", "select getdatabaseencoding() as encoding")
                    .one(row -> DatabaseProbe.encodingProblem(row.text("encoding")));
        } catch (DatabaseException e) {
            return Optional.empty();
        }
    }

    /**
     * Whether every migration that this program brings was applied and nothing is left to be granted. Not so, too, where
     * that cannot be found out: Flyway reports best what is in its way.
     */
    public boolean isComplete() {
        try {
            return database.statement("looking for the schema's history", EXISTS)
                            .one(row -> row.isTrue("found"))
                    && database.statement("reading the schema's version", IS_COMPLETE)
                            .set("newest", DatabaseProbe.NEWEST_SCHEMA)
                            .one(row -> row.isTrue("complete"));
        } catch (DatabaseException e) {
            return false;
        }
    }
}
