package io.xtokenkeeper.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.agroal.api.AgroalDataSource;
import io.quarkus.test.junit.QuarkusTest;
import io.xtokenkeeper.account.AccountQuery.Show;
import io.xtokenkeeper.account.AccountQuery.Sort;
import io.xtokenkeeper.statistics.RefreshForecast;
import io.xtokenkeeper.statistics.RefreshMinute.Count;
import io.xtokenkeeper.statistics.RefreshMinuteRepository;
import io.xtokenkeeper.testkit.TestSql;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Lists and searches accounts for the admin UI, and reads chart data. */
@QuarkusTest
class AccountListTest {
    private static final Instant NOW = Instant.parse("2026-11-25T10:00:30Z");

    /** Pairs of accounts share a name, so that the order has ties; every tenth needs consent. */
    private static final String FILL = """
            insert into account (id, username, name, status, status_reason, scope, refresh_token, refresh_fingerprint,
                                 refreshed_at, next_refresh_at, connected_at)
            select (1000000 + n)::text, case when n % 3 > 0 then 'User_' || n end,
                   case when n % 5 > 0 then 'Name ' || n / 2 end,
                   case when n % 10 = 0 then 'NEEDS_CONSENT' else 'ACTIVE' end,
                   case when n % 10 = 0 then 'REJECTED_BY_X' end, 'tweet.read', repeat('x', 400)::bytea, '',
                   timestamptz '2026-11-25 10:00:00Z', timestamptz '2026-11-25 10:00:00Z' + interval '1 minute' * (n / 7),
                   timestamptz '2026-11-25 10:00:00Z' - interval '1 second' * (n / 3)
              from generate_series(0, 999) n""";

    @Inject
    AgroalDataSource dataSource;

    @Inject
    AccountList list;

    @Inject
    RefreshMinuteRepository minutes;

    @Inject
    RefreshForecast dueSoon;

    private TestSql database;

    @BeforeEach
    void fill() {
        database = new TestSql(dataSource);
        empty();
        database.update(FILL);
        database.update("analyze account");
    }

    @AfterEach
    void empty() {
        database.update("delete from account");
        database.update("delete from refresh_minute");
    }

    private List<String> all(String search, Show show, Sort sort) {
        var ids = new ArrayList<String>();
        var after = Optional.<AccountQuery.After>empty();
        do {
            var page = list.page(
                    new AccountQuery(Optional.of(search).filter(text -> !text.isEmpty()), show, sort, after), 37);
            page.accounts().forEach(account -> ids.add(account.id().value()));
            after = page.next();
        } while (after.isPresent());
        return ids;
    }

    @ParameterizedTest
    @EnumSource
    void pageAfterPageEveryAccountComesOnceInOrder(Sort sort) {
        var condition = sort == Sort.DUE ? "status = 'ACTIVE'" : "true";
        var direction = sort == Sort.NEWEST ? "desc" : "asc";
        assertThat(all("", Show.ALL, sort))
                .isEqualTo(database.query("select id from account where %s order by %s %s, id %s"
                        .formatted(condition, sort.key, direction, direction)));
    }

    @ParameterizedTest
    @EnumSource
    void onlyThoseOfAStatusAreShown(Show show) {
        assertThat(all("", show, Sort.NAME))
                .hasSize((int) database.count("account where " + show.condition))
                .hasSize((int) list.count(show, 10_000));
        assertThat(list.count(show, 50)).isEqualTo(50);
    }

    @Test
    void aSearchFindsTheBeginningOfNamesUserNamesAndIdsInAnyCase() {
        assertThat(all("name 12", Show.ALL, Sort.NAME))
                .hasSameElementsAs(database.query("select id from account where name ilike 'name 12%'"))
                .isNotEmpty();
        assertThat(all("uSER_99", Show.ALL, Sort.NEWEST))
                .hasSameElementsAs(database.query("select id from account where username ilike 'user\\_99%'"
                        + " or (name is null and username ilike 'user\\_99%')"))
                .isNotEmpty();
        assertThat(all("100001", Show.ACTIVE, Sort.DUE))
                .hasSameElementsAs(
                        database.query("select id from account where id like '100001%' and status = 'ACTIVE'"))
                .isNotEmpty();
        database.update(
                "insert into account_reference (account_id, reference) select min(id), 'Customer 7' from account");
        assertThat(all("Customer", Show.ALL, Sort.NAME))
                .containsExactly(database.query("select min(id) from account").getFirst());
        assertThat(all("ustomer", Show.ALL, Sort.NAME)).isEmpty();
        for (var strange : List.of("%", "_", "'", "\\", "ame 1", "\uDBFF\uDFFF")) {
            assertThat(all(strange, Show.ALL, Sort.NAME)).as(strange).isEmpty();
        }
    }

    /** A refresh changes no indexed column but the one that claims use. */
    @Test
    void refreshesStayHeapOnly() {
        var indexed = database.query("""
                select distinct a.attname from pg_index i
                  join pg_depend d on d.objid = i.indexrelid and d.refobjid = i.indrelid and d.refobjsubid > 0
                  join pg_attribute a on a.attrelid = i.indrelid and a.attnum = d.refobjsubid
                 where i.indrelid = 'account'::regclass""");

        assertThat(indexed)
                .containsExactlyInAnyOrder("id", "name", "username", "status", "connected_at", "next_refresh_at");
    }

    @Test
    void replicasAddToTheSameMinuteAndWhatIsOldIsForgotten() {
        var minute = Instant.parse("2026-11-25T10:00:00Z");
        minutes.add(
                List.of(new Count(minute.minus(Duration.ofDays(3)), "refreshed", 1, 9)), NOW.minus(Duration.ofDays(3)));

        minutes.add(List.of(new Count(minute, "refreshed", 1, 2), new Count(minute, "dead", 0, 1)), NOW);
        minutes.add(List.of(new Count(minute, "refreshed", 1, 3)), NOW);

        assertThat(minutes.since(minute, Duration.ofMinutes(1)))
                .containsExactlyInAnyOrder(new Count(minute, "refreshed", 1, 5), new Count(minute, "dead", 0, 1));
        assertThat(database.count("refresh_minute")).as("the old one is gone").isEqualTo(2);
        minutes.add(List.of(new Count(minute.plusSeconds(60), "refreshed", 1, 1)), NOW);
        assertThat(minutes.since(minute, Duration.ofMinutes(10)))
                .as("added up to ten minutes")
                .contains(new Count(minute, "refreshed", 1, 6));
    }

    @Test
    void whatIsDueSoonIsCountedByTheMinute() {
        assertThat(dueSoon.within(Duration.ofMinutes(3), NOW))
                .isEqualTo(Map.of(
                        Instant.parse("2026-11-25T10:00:00Z"), due(0),
                        Instant.parse("2026-11-25T10:01:00Z"), due(1),
                        Instant.parse("2026-11-25T10:02:00Z"), due(2),
                        Instant.parse("2026-11-25T10:03:00Z"), due(3)));
    }

    private long due(int minute) {
        return database.count("account where status = 'ACTIVE' and next_refresh_at = timestamptz '2026-11-25 10:00:00Z'"
                + " + interval '1 minute' * " + minute);
    }
}
