package io.xtokenkeeper.persistence;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * The database's time, without a query for each reading: the last sample plus the time that has passed since, by a monotonic
 * clock. All replicas use the same time, so that a replica whose host has the wrong time, or whose time is set while it
 * runs, neither writes an expiry that other replicas misread nor misreads theirs. Before the first sample it is the host's
 * time.
 *
 * <p>Accurate to half the round trip of a sample. A sample replaces the previous one only if it proves it wrong, because two
 * samples can differ by their round trips, and time should not run backwards for that.
 */
public final class DatabaseClock implements InstantSource {
    private static final Logger LOG = Logger.getLogger(DatabaseClock.class);
    private static final Duration MAX_ROUND_TRIP = Duration.ofSeconds(1);
    private static final Duration MAX_DIFFERENCE = Duration.ofSeconds(2);

    private record Sample(Instant at, long nanos) {}

    private final InstantSource host;
    private volatile Sample sample;
    private Duration logged = Duration.ZERO;

    public DatabaseClock(InstantSource host) {
        this.host = host;
    }

    @Override
    public Instant instant() {
        var known = sample;
        return known == null ? host.instant() : at(known, System.nanoTime());
    }

    /**
     * How far the host's clock is ahead of the database's, negative if it is behind; empty if the difference is at most 2 s.
     */
    public Optional<Duration> hostAhead() {
        return Optional.of(difference()).filter(DatabaseClock::isTooMuch);
    }

    /** The same as text: "in step", or "this host's clock is 10800 s ahead of the database's". */
    public String state() {
        return hostAhead().map(DatabaseClock::words).orElse("in step");
    }

    /**
     * Ignores a sample whose round trip took more than 1 s.
     *
     * @param time the time that the database returned
     * @param sentNanos {@link System#nanoTime} before the query
     * @param receivedNanos the same after its result was received
     */
    synchronized void sample(Instant time, long sentNanos, long receivedNanos) {
        var roundTrip = Duration.ofNanos(receivedNanos - sentNanos);
        if (roundTrip.compareTo(MAX_ROUND_TRIP) > 0) {
            return;
        }
        var fresh = new Sample(time, sentNanos + (receivedNanos - sentNanos) / 2);
        if (sample == null || isProvenWrong(fresh, roundTrip)) {
            sample = fresh;
        }
        logChange();
    }

    private boolean isProvenWrong(Sample fresh, Duration roundTrip) {
        var error = Duration.between(fresh.at(), at(sample, fresh.nanos())).abs();
        return error.multipliedBy(2).compareTo(roundTrip) > 0;
    }

    private static Instant at(Sample known, long nanos) {
        return known.at().plusNanos(nanos - known.nanos());
    }

    private Duration difference() {
        return Duration.between(instant(), host.instant());
    }

    private static boolean isTooMuch(Duration difference) {
        return difference.abs().compareTo(MAX_DIFFERENCE) > 0;
    }

    /** Logs once when the clocks begin to differ, when one of them is set, and when they agree again. */
    private void logChange() {
        var difference = difference();
        if (isTooMuch(difference.minus(logged))) {
            logged = isTooMuch(difference) ? difference : Duration.ZERO;
            if (logged.isZero()) {
                LOG.info("The clocks of this host and the database agree again");
            } else {
                LOG.warnf("%s; the database's counts here", words(difference));
            }
        }
    }

    private static String words(Duration ahead) {
        var seconds = TimeUnit.MILLISECONDS.toSeconds(ahead.abs().toMillis() + 500);
        return "this host's clock is %d s %s the database's"
                .formatted(seconds, ahead.isNegative() ? "behind" : "ahead of");
    }
}
