package io.xtokenkeeper.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Statements with named parameters, and the conversion of failures, wherever they are raised. */
@QuarkusTest
class DatabaseTest {
    @Inject
    Database database;

    @Inject
    Failing failing;

    /** A repository that fails in every way. */
    @ApplicationScoped
    @DatabaseAccess
    static class Failing {
        private final EntityManager hibernate;

        Failing(EntityManager hibernate) {
            this.hibernate = hibernate;
        }

        @Transactional
        void inHibernate() {
            hibernate.createNativeQuery("select 1 / 0").getResultList();
        }

        /** A deferred constraint is checked at commit. */
        @Transactional
        void inTheCommit() {
            hibernate.createNativeQuery("insert into scratch values (1), (1)").executeUpdate();
        }

        void elsewhere() {
            throw new IllegalStateException("not the database's");
        }
    }

    @BeforeEach
    void createTable() {
        database.statement("creating", "create table scratch (n integer unique deferrable initially deferred)")
                .update();
    }

    @AfterEach
    void dropTable() {
        database.statement("dropping", "drop table scratch").update();
    }

    private Statement select(String sql) {
        return database.statement("selecting", "select " + sql + " as found");
    }

    private static <T> void assertFound(Statement select, Statement.RowMapper<T> mapper, T expected) {
        var found = select.one(mapper);
        assertThat((Object) found).isEqualTo(expected);
    }

    @Test
    void everyKindOfValueArrives() {
        var now = Instant.parse("2026-11-26T10:00:00.123456Z");
        assertFound(select(":at::timestamptz").set("at", now), row -> row.instant("found"), now);
        assertFound(
                select(":wait * interval '1 millisecond' = interval '2 s'").set("wait", Duration.ofSeconds(2)),
                row -> row.isTrue("found"),
                true);
        assertFound(select(":kind").set("kind", SqlStates.Kind.RETRY), row -> row.text("found"), "RETRY");
        assertFound(select(":bytes").set("bytes", new byte[] {1, 2}), row -> row.bytes("found").length, 2);
        assertFound(
                select(":some::text").set("some", Optional.empty()),
                row -> row.optionalText("found"),
                Optional.empty());
        assertFound(select("2 = any(:ids::integer[])").set("ids", Set.of(1, 2)), row -> row.isTrue("found"), true);
        assertFound(select("2 = any(:ids::integer[])").set("ids", Set.of()), row -> row.isTrue("found"), false);
        assertFound(
                select(":ids::text[]").set("ids", List.of("a", "b")),
                row -> row.optionalTexts("found"),
                Optional.of(List.of("a", "b")));
    }

    @Test
    void aNameMayOccurAgainAndTextInQuotesIsLeftAlone() {
        assertFound(select("':id ' || :id || :id::text").set("id", "x"), row -> row.text("found"), ":id xx");
    }

    @Test
    void aValueThatIsMissingOrHasNoPlaceIsNoticed() {
        assertThatThrownBy(() -> select(":id").first(row -> row))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(":id");
        assertThatThrownBy(() -> select(":id").set("di", 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void statementsTakePartInTheCallersTransaction() {
        QuarkusTransaction.begin();
        database.statement("inserting", "insert into scratch values (:n)")
                .set("n", 1)
                .update();
        QuarkusTransaction.rollback();
        assertThat(count()).isZero();

        var insert = database.statement("inserting", "insert into scratch values (:n)");
        insert.set("n", 1).addBatch().set("n", 2).addBatch();
        QuarkusTransaction.requiringNew().run(insert::updateBatch);
        assertThat(count()).isEqualTo(2);
    }

    private long count() {
        return database.statement("counting", "select count(*) as rows from scratch")
                .one(row -> row.number("rows"));
    }

    @Test
    void everyFailureOfTheDatabaseIsTheSameException() {
        assertThatThrownBy(() -> select("1 / 0").one(row -> row.integer("found")))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("selecting");
        assertThatThrownBy(() -> select("'text'").one(row -> row.number("found")))
                .isInstanceOf(DatabaseException.class);
        assertThatThrownBy(failing::inHibernate)
                .isInstanceOfSatisfying(
                        DatabaseException.class, e -> assertThat(e.kind()).isEqualTo(SqlStates.Kind.REJECTED));
        assertThatThrownBy(failing::inTheCommit).isInstanceOf(DatabaseException.class);
        assertThatThrownBy(failing::elsewhere).isInstanceOf(IllegalStateException.class);
    }
}
