package io.xtokenkeeper.startup;

import static org.assertj.core.api.Assertions.assertThat;

import io.agroal.api.AgroalDataSource;
import io.xtokenkeeper.diagnostics.DatabaseProbe;
import io.xtokenkeeper.persistence.Database;
import io.xtokenkeeper.testkit.Databases;
import io.xtokenkeeper.testkit.TestPostgres;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SchemaHistoryTest {
    private static TestPostgres postgres;
    private static AgroalDataSource database;

    @BeforeAll
    static void begin() {
        postgres = TestPostgres.migrated();
        database = Databases.of(postgres);
        postgres.update("create table kept as table flyway_schema_history");
    }

    @AfterEach
    void asItWas() {
        postgres.update("delete from flyway_schema_history");
        postgres.update("insert into flyway_schema_history table kept");
    }

    @AfterAll
    static void end() {
        database.close();
        postgres.close();
    }

    private static boolean isComplete() {
        return new SchemaHistory(new Database(database)).isComplete();
    }

    @Test
    void nothingIsToDoWhereEveryMigrationWasApplied() {
        assertThat(isComplete()).isTrue();
    }

    @Test
    void nothingIsToDoWhereTheNextVersionHasMigratedAlready() {
        postgres.update("""
                insert into flyway_schema_history
                       (installed_rank, version, description, type, script, installed_by, execution_time, success)
                select max(installed_rank) + 1, '1000', 'next', 'SQL', 'V1000__next.sql', 'test', 1, true
                  from flyway_schema_history""");
        assertThat(isComplete()).isTrue();
    }

    @Test
    void aMissingMigrationIsSeen() {
        postgres.update("delete from flyway_schema_history where version = '" + DatabaseProbe.NEWEST_SCHEMA + "'");
        assertThat(isComplete()).isFalse();
    }

    @Test
    void aMigrationThatFailedIsSeen() {
        postgres.update("update flyway_schema_history set success = false where version = '2'");
        assertThat(isComplete()).isFalse();
    }

    @Test
    void anEmptyHistoryIsSeen() {
        postgres.update("delete from flyway_schema_history");
        assertThat(isComplete()).isFalse();
    }

    @Test
    void aDatabaseThatIsNewOrAwayIsLeftToFlyway() {
        postgres.update("alter table flyway_schema_history rename to elsewhere");
        try (var away = Databases.away()) {
            assertThat(isComplete()).isFalse();
            assertThat(new SchemaHistory(new Database(away)).isComplete()).isFalse();
        } finally {
            postgres.update("alter table elsewhere rename to flyway_schema_history");
        }
    }

    @Test
    void aRoleOfTheServiceGetsItsRightsAtEachStart() {
        postgres.update("create role keeper_service nologin");
        try {
            assertThat(isComplete()).isFalse();
        } finally {
            postgres.update("drop role keeper_service");
        }
    }
}
