package io.xtokenkeeper.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.persistence.DatabaseException;
import io.xtokenkeeper.usage.UsageCounter.Kind;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** No count is lost or doubled, and memory is bounded. */
class UsageCounterTest {
    private static final Instant NOW = Instant.parse("2026-11-25T10:59:59Z");
    private static final Instant HOUR = Instant.parse("2026-11-25T10:00:00Z");
    private static final AccountId ADA = new AccountId("1");
    private static final AccountId GRACE = new AccountId("2");

    private final Table table = new Table();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    /** Keeps what is written in memory; can fail. */
    private static final class Table extends UsageRepository {
        private final List<UsageHour> rows = new ArrayList<>();
        private int writes;
        private int failsAt = Integer.MAX_VALUE;

        private Table() {
            super(null);
        }

        @Override
        public synchronized void add(List<UsageHour> counts) {
            if (++writes >= failsAt) {
                throw new DatabaseException("adding usage", new SQLException("no connection", "08006"));
            }
            rows.addAll(counts);
        }

        private long sum(ToLongFunction<UsageHour> count) {
            return rows.stream().mapToLong(count).sum();
        }
    }

    private UsageCounter counter(int maxEntries) {
        return new UsageCounter(table, meters, InstantSource.fixed(NOW), maxEntries);
    }

    @Test
    void countsByKeyAccountHourAndKind() {
        var counter = counter(10);
        counter.count("a", ADA, Kind.READ);
        counter.count("a", ADA, Kind.READ);
        counter.count("a", ADA, Kind.CALL);
        counter.count("a", GRACE, Kind.REFRESH);
        counter.count("b", ADA, Kind.READ, NOW.plusSeconds(1));
        counter.write();

        assertThat(table.rows)
                .containsExactly(
                        new UsageHour(HOUR, "a", "1", 2, 0, 1),
                        new UsageHour(HOUR, "a", "2", 0, 1, 0),
                        new UsageHour(HOUR.plusSeconds(3600), "b", "1", 1, 0, 0));
        counter.write();
        assertThat(table.rows).as("nothing is written twice").hasSize(3);
        assertThat(meters.get("keeper.key.usage")
                        .tags("key", "a", "kind", "read")
                        .counter()
                        .count())
                .isEqualTo(2);
    }

    @Test
    void concurrentCounts_duringWrites_addUpExactly() {
        var counter = counter(100);
        var counting = new AtomicBoolean(true);
        var threads = 4;
        var each = 200_000;
        try (var pool = Executors.newFixedThreadPool(threads + 1)) {
            var writer = CompletableFuture.runAsync(
                    () -> {
                        while (counting.get()) {
                            counter.write();
                        }
                    },
                    pool);
            var done = IntStream.range(0, threads)
                    .mapToObj(thread -> CompletableFuture.runAsync(
                            () -> {
                                for (var n = 0; n < each; n++) {
                                    var kind = Kind.values()[n % 3];
                                    counter.count("key", n % 2 == 0 ? ADA : GRACE, kind);
                                }
                            },
                            pool))
                    .toArray(CompletableFuture[]::new);
            CompletableFuture.allOf(done).join();
            counting.set(false);
            writer.join();
        }
        counter.write();

        assertThat(table.writes).as("writes while counting").isGreaterThan(10);
        assertThat(table.sum(UsageHour::reads) + table.sum(UsageHour::refreshes) + table.sum(UsageHour::calls))
                .isEqualTo(threads * each);
        assertThat(table.sum(row -> row.account().equals("1") ? row.reads() : 0))
                .isEqualTo(threads
                        * IntStream.range(0, each).filter(n -> n % 6 == 0).count());
    }

    @Test
    void failedWrite_isRepeatedWithWhatWasCountedSince() {
        var counter = counter(100_000);
        var accounts = 12_000;
        IntStream.rangeClosed(1, accounts)
                .forEach(id -> counter.count("key", new AccountId(Integer.toString(id)), Kind.READ));
        table.failsAt = 2;
        counter.write();
        assertThat(table.rows).as("the part before the failure").isNotEmpty().hasSizeLessThan(accounts);

        counter.count("key", ADA, Kind.READ);
        counter.write();
        table.failsAt = Integer.MAX_VALUE;
        counter.write();

        assertThat(table.sum(UsageHour::reads)).isEqualTo(accounts + 1);
        assertThat(table.sum(row -> row.account().equals("1") ? row.reads() : 0))
                .isEqualTo(2);
    }

    @Test
    void accountsBeyondTheLimit_areCountedTogether_untilTheNextWrite() {
        var counter = counter(3);
        IntStream.rangeClosed(1, 5).forEach(id -> counter.count("key", new AccountId(Integer.toString(id)), Kind.CALL));
        counter.count("key", ADA, Kind.CALL);
        counter.write();

        assertThat(table.rows)
                .isSortedAccordingTo(Comparator.comparing(UsageHour::account))
                .containsExactly(
                        new UsageHour(HOUR, "key", "", 0, 0, 2),
                        new UsageHour(HOUR, "key", "1", 0, 0, 2),
                        new UsageHour(HOUR, "key", "2", 0, 0, 1),
                        new UsageHour(HOUR, "key", "3", 0, 0, 1));

        table.rows.clear();
        counter.count("key", new AccountId("5"), Kind.CALL);
        counter.write();
        assertThat(table.rows).containsExactly(new UsageHour(HOUR, "key", "5", 0, 0, 1));
    }
}
