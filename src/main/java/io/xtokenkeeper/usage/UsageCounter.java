package io.xtokenkeeper.usage;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.persistence.DatabaseException;
import io.xtokenkeeper.scheduling.SupervisedJob;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jboss.logging.Logger;

/**
 * Counts what each API key does with each account, by the hour. Counts are kept in memory, so that no request waits for the
 * database, and added to it every minute. A process that is killed loses the counts of the last minute.
 *
 * <p>At most {@value #MAX_ENTRIES} pairs of key and account are held between two writes. Accounts beyond them are counted
 * together, under the same key and an empty account: the sums of each key stay exact.
 */
@Singleton
public class UsageCounter {
    public static final int MAX_ENTRIES = 100_000;

    /** The name of the admin key, which has no id. The same as its actor in audit events. */
    public static final String ADMIN_KEY = "operator";

    private static final Logger LOG = Logger.getLogger(UsageCounter.class);
    private static final String KEY_ACTOR = "key:";
    private static final String OTHER_ACCOUNTS = "";
    private static final int ROWS_AT_ONCE = 5_000;
    private static final long SECONDS_AN_HOUR = Duration.ofHours(1).toSeconds();
    /** The value of a count that was taken: far enough below zero that late additions keep it negative. */
    private static final long TAKEN = Long.MIN_VALUE / 2;

    private static final Comparator<UsageHour> ORDER =
            Comparator.comparing(UsageHour::hour).thenComparing(UsageHour::key).thenComparing(UsageHour::account);

    /** What is counted. */
    public enum Kind {
        /** An access token was returned. */
        READ(0),
        /** A refresh that the caller asked for returned an access token. */
        REFRESH(1),
        /** X answered a call through the proxy. */
        CALL(2);

        /** The place among the counts of a slot. */
        private final int place;

        Kind(int place) {
            this.place = place;
        }
    }

    /** @param hour hours since 1970 */
    private record Slot(long hour, String account) {}

    /** The counts of one key, one for each kind in every slot. */
    private record OfKey(String id, List<Counter> totals, ConcurrentMap<Slot, AtomicLongArray> slots) {}

    private final UsageRepository usage;
    private final MeterRegistry meters;
    private final InstantSource clock;
    private final int maxEntries;
    private final ConcurrentMap<String, OfKey> keys = new ConcurrentHashMap<>();
    private final AtomicInteger entries = new AtomicInteger();

    @Inject
    UsageCounter(UsageRepository usage, MeterRegistry meters, InstantSource clock) {
        this(usage, meters, clock, MAX_ENTRIES);
    }

    UsageCounter(UsageRepository usage, MeterRegistry meters, InstantSource clock, int maxEntries) {
        this.usage = usage;
        this.meters = meters;
        this.clock = clock;
        this.maxEntries = maxEntries;
    }

    /** The name of a caller in the usage: the id of its key, for an actor of audit events such as {@code key:<id>}. */
    public static String keyOf(String actor) {
        return actor.startsWith(KEY_ACTOR) ? actor.substring(KEY_ACTOR.length()) : actor;
    }

    /** @param key the id of the caller's key, or {@link #ADMIN_KEY} */
    public void count(String key, AccountId account, Kind kind) {
        count(key, account, kind, clock.instant());
    }

    /** The same for a caller that knows the time. Takes no lock: one lookup of the key, one of the account. */
    public void count(String key, AccountId account, Kind kind, Instant now) {
        var ofKey = keys.get(key);
        if (ofKey == null) {
            ofKey = keys.computeIfAbsent(key, this::registered);
        }
        ofKey.totals().get(kind.place).increment();
        add(ofKey, new Slot(now.getEpochSecond() / SECONDS_AN_HOUR, account.value()), kind, 1);
    }

    private OfKey registered(String id) {
        return new OfKey(
                id,
                Arrays.stream(Kind.values())
                        .map(kind -> meters.counter(
                                "keeper.key.usage",
                                "key",
                                id,
                                "kind",
                                kind.name().toLowerCase(Locale.ROOT)))
                        .toList(),
                new ConcurrentHashMap<>());
    }

    private void add(OfKey key, Slot slot, Kind kind, long count) {
        while (true) {
            var place = place(key, slot);
            var counts = key.slots().get(place);
            if (counts == null) {
                counts = key.slots().computeIfAbsent(place, this::created);
            }
            if (counts.getAndAdd(kind.place, count) >= 0) {
                return;
            }
            // a write has taken these counts since they were looked up
            remove(key, place, counts);
        }
    }

    /** The slot itself, or the one of the other accounts if there is no more room. */
    private Slot place(OfKey key, Slot slot) {
        return entries.get() < maxEntries || key.slots().containsKey(slot)
                ? slot
                : new Slot(slot.hour(), OTHER_ACCOUNTS);
    }

    private AtomicLongArray created(Slot slot) {
        entries.incrementAndGet();
        return new AtomicLongArray(Kind.values().length);
    }

    private void remove(OfKey key, Slot slot, AtomicLongArray counts) {
        if (key.slots().remove(slot, counts)) {
            entries.decrementAndGet();
        }
    }

    /**
     * Adds the counts to the database, every minute and at the end of a shutdown. Counts that the database does not take are
     * added again next time.
     */
    @SupervisedJob
    @Scheduled(identity = "usage", every = "1m", concurrentExecution = ConcurrentExecution.SKIP)
    public void write() {
        var taken = take();
        for (var from = 0; from < taken.size(); from += ROWS_AT_ONCE) {
            try {
                usage.add(taken.subList(from, Math.min(from + ROWS_AT_ONCE, taken.size())));
            } catch (DatabaseException e) {
                taken.subList(from, taken.size()).forEach(this::putBack);
                LOG.debugf("Cannot save usage, retrying: %s", e.getMessage());
                return;
            }
        }
    }

    /** In a fixed order, so that replicas that write at the same time do not deadlock. */
    private List<UsageHour> take() {
        var taken = new ArrayList<UsageHour>();
        keys.values()
                .forEach(key -> key.slots().forEach((slot, counts) -> {
                    taken.add(new UsageHour(
                            Instant.ofEpochSecond(slot.hour() * SECONDS_AN_HOUR),
                            key.id(),
                            slot.account(),
                            counts.getAndSet(Kind.READ.place, TAKEN),
                            counts.getAndSet(Kind.REFRESH.place, TAKEN),
                            counts.getAndSet(Kind.CALL.place, TAKEN)));
                    remove(key, slot, counts);
                }));
        taken.sort(ORDER);
        return taken;
    }

    private void putBack(UsageHour hour) {
        var key = keys.get(hour.key());
        var slot = new Slot(hour.hour().getEpochSecond() / SECONDS_AN_HOUR, hour.account());
        add(key, slot, Kind.READ, hour.reads());
        add(key, slot, Kind.REFRESH, hour.refreshes());
        add(key, slot, Kind.CALL, hour.calls());
    }
}
