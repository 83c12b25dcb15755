package io.xtokenkeeper.startup;

import io.xtokenkeeper.diagnostics.DatabaseProbe;
import io.xtokenkeeper.persistence.Database;
import io.xtokenkeeper.persistence.DatabaseException;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Reads Flyway's schema history in one statement, because most starts have nothing to migrate. */
@Singleton
public class SchemaHistory {
    /** Queried first: a query of a table that does not exist would log an error in the database. */
    private static final String EXISTS = "select to_regclass('flyway_schema_history') is not null as found";

    /**
     * If the service has a role of its own, each start grants its privileges (afterMigrate.sql), because the role may be
     * new.
     */
    private static final String IS_COMPLETE = """
            select max(version::integer) >= :newest and bool_and(success)
                   and not exists (select from pg_roles where rolname = 'keeper_service') as complete
              from flyway_schema_history
             where version is not null""";

    private final Database database;

    SchemaHistory(Database database) {
        this.database = database;
    }

    /** Why this database cannot be used at all; also empty if it is unavailable. */
    public Optional<String> encodingProblem() {
        try {
            return database.statement("reading the database's encoding", "select getdatabaseencoding() as encoding")
                    .one(row -> DatabaseProbe.encodingProblem(row.text("encoding")));
        } catch (DatabaseException e) {
            return Optional.empty();
        }
    }

    /**
     * Whether every migration of this version was applied and no privilege has to be granted. Also false if that cannot be
     * determined: then Flyway runs and reports the cause.
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
