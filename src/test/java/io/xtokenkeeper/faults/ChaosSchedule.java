package io.xtokenkeeper.faults;

import io.xtokenkeeper.sandbox.faults.Endpoint;
import io.xtokenkeeper.sandbox.faults.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** Plans which fault is injected when: the same plan for the same seed, duration and number of replicas. */
final class ChaosSchedule {
    /** A fault and its start, relative to the start of the run. */
    record Step(Duration at, ChaosFault fault) {}

    private static final List<Fault> AT_TOKEN_ENDPOINT = List.of(
            Fault.RATE_LIMITED_429,
            Fault.ERROR_500,
            Fault.ERROR_502,
            Fault.UNAVAILABLE_503,
            Fault.HANG,
            Fault.HANG_AFTER,
            Fault.DROP_BEFORE,
            Fault.DROP_AFTER,
            Fault.HTML,
            Fault.HTML_403,
            Fault.HTML_502,
            Fault.HTML_504,
            Fault.HTML_504_AFTER,
            Fault.BROKEN_JSON,
            Fault.EMPTY,
            Fault.SLOW,
            Fault.SLOW,
            Fault.SLOW_BEFORE,
            Fault.SLOW_BEFORE,
            Fault.GZIP,
            Fault.BOM,
            Fault.ODD_CONTENT_TYPE,
            Fault.NO_TOKEN_TYPE,
            Fault.EMPTY_TOKEN_TYPE);
    private static final List<Fault> AT_ME = List.of(
            Fault.RATE_LIMITED_429, Fault.UNAVAILABLE_503, Fault.DROP_BEFORE, Fault.HTML_403, Fault.BROKEN_JSON);
    private static final List<Duration> CLOCK_STEPS = List.of(
            Duration.ofHours(3),
            Duration.ofHours(-3),
            Duration.ofSeconds(20),
            Duration.ofSeconds(-20),
            Duration.ofDays(1));

    private static final Duration FIRST = Duration.ofSeconds(3);
    private static final Duration AT_X_EVERY = Duration.ofMillis(1_500);
    private static final Duration SLOW_X_EVERY = Duration.ofSeconds(25);
    private static final Duration AT_REPLICAS_EVERY = Duration.ofSeconds(8);
    private static final Duration CLOCKS_EVERY = Duration.ofSeconds(20);
    private static final Duration AT_DATABASE_EVERY = Duration.ofSeconds(20);

    private final SplittableRandom random;
    private final Duration duration;
    private final int replicas;
    private final Duration lease;
    private final List<Step> steps = new ArrayList<>();

    private ChaosSchedule(long seed, Duration duration, int replicas, Duration lease) {
        this.random = new SplittableRandom(seed);
        this.duration = duration;
        this.replicas = replicas;
        this.lease = lease;
    }

    /** Ordered by time. */
    static List<Step> of(long seed, Duration duration, int replicas, Duration lease) {
        var schedule = new ChaosSchedule(seed, duration, replicas, lease);
        schedule.every(AT_X_EVERY, schedule::atX);
        schedule.every(SLOW_X_EVERY, schedule::slowX);
        schedule.every(AT_REPLICAS_EVERY, schedule::atReplica);
        schedule.every(CLOCKS_EVERY, schedule::stepClock);
        schedule.every(AT_DATABASE_EVERY, schedule::atDatabase);
        schedule.steps.sort(Comparator.comparing(Step::at));
        return List.copyOf(schedule.steps);
    }

    /** At intervals of half to one and a half times {@code gap}. */
    private void every(Duration gap, Supplier<ChaosFault> fault) {
        var at = FIRST.plus(between(Duration.ZERO, gap));
        while (at.compareTo(duration) < 0) {
            steps.add(new Step(at, fault.get()));
            at = at.plus(between(gap.dividedBy(2), gap.multipliedBy(3).dividedBy(2)));
        }
    }

    private ChaosFault atX() {
        var times = 1 + random.nextInt(3);
        return switch (random.nextInt(10)) {
            case 0 -> new ChaosFault.AtX(Endpoint.ME, oneOf(AT_ME), times, Duration.ZERO);
            case 1, 2 -> new ChaosFault.AtX(Endpoint.CODE, oneOf(AT_TOKEN_ENDPOINT), times, delay());
            case 3 -> new ChaosFault.AtX(Endpoint.REFRESH, Fault.NO_REFRESH_TOKEN, times, Duration.ZERO);
            default -> new ChaosFault.AtX(Endpoint.REFRESH, oneOf(AT_TOKEN_ENDPOINT), times, delay());
        };
    }

    /** One millisecond to twice the lease, logarithmically distributed: as many short ones as long ones. */
    private Duration delay() {
        return Duration.ofMillis((long) Math.exp(random.nextDouble() * Math.log(lease.toMillis() * 2.0)));
    }

    private ChaosFault slowX() {
        return new ChaosFault.SlowX(
                between(Duration.ofMillis(100), Duration.ofSeconds(3)),
                random.nextBoolean(),
                between(Duration.ofSeconds(1), Duration.ofSeconds(6)));
    }

    private ChaosFault atReplica() {
        var replica = random.nextInt(replicas);
        return switch (random.nextInt(3)) {
            case 0 -> new ChaosFault.Terminate(replica);
            case 1 -> new ChaosFault.Kill(replica, between(Duration.ZERO, lease.dividedBy(2)));
            default ->
                new ChaosFault.Freeze(
                        replica, between(lease, lease.multipliedBy(3).dividedBy(2)));
        };
    }

    private ChaosFault stepClock() {
        return new ChaosFault.StepClock(oneOf(CLOCK_STEPS), between(Duration.ofSeconds(3), Duration.ofSeconds(15)));
    }

    private ChaosFault atDatabase() {
        return switch (random.nextInt(4)) {
            case 0 -> new ChaosFault.RestartDatabase(false, between(Duration.ofMillis(100), lease));
            case 1 -> new ChaosFault.RestartDatabase(true, between(Duration.ofMillis(100), lease));
            default -> new ChaosFault.CutConnections();
        };
    }

    private <T> T oneOf(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private Duration between(Duration least, Duration most) {
        return Duration.ofMillis(random.nextLong(least.toMillis(), most.toMillis() + 1));
    }
}
