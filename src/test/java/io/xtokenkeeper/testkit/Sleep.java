package io.xtokenkeeper.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;

/** Waiting, for tests. */
public final class Sleep {
    private Sleep() {}

    public static void millis(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Looks every few milliseconds until it is true; fails with {@code what} when the patience is over. */
    public static void until(String what, Duration patience, BooleanSupplier true_) {
        var end = Instant.now().plus(patience);
        while (!true_.getAsBoolean()) {
            if (Instant.now().isAfter(end)) {
                throw new AssertionError("still waiting, after " + patience.toSeconds() + " s, for: " + what);
            }
            millis(20);
        }
    }
}
