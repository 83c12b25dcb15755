package io.xtokenkeeper.statistics;

import java.time.Duration;
import java.util.Arrays;

/** Buckets of X's response time, narrow in its usual range. Stored by index: append new ones at the end only. */
public final class LatencyBuckets {
    /** Upper bound of each bucket, in milliseconds. */
    private static final int[] ENDS = {
        10, 25, 50, 75, 100, 150, 200, 300, 400, 600, 800, 1_000, 1_500, 2_000, 3_000, 5_000, 10_000, 20_000, 60_000
    };

    private LatencyBuckets() {}

    static int of(Duration answer) {
        var millis = answer.toMillis();
        var band = 0;
        while (band < ENDS.length - 1 && millis > ENDS[band]) {
            band++;
        }
        return band;
    }

    /**
     * Returns the percentile of the response time in milliseconds, interpolated linearly within a bucket.
     *
     * @param calls number of calls in each bucket
     * @param share between 0 and 1
     */
    public static double percentile(long[] calls, double share) {
        var wanted = share * Arrays.stream(calls).sum();
        var before = 0L;
        for (var band = 0; band < calls.length; band++) {
            if (calls[band] > 0 && before + calls[band] >= wanted) {
                var from = band == 0 ? 0 : ENDS[band - 1];
                return from + (ENDS[band] - from) * (wanted - before) / calls[band];
            }
            before += calls[band];
        }
        return 0;
    }

    public static int count() {
        return ENDS.length;
    }
}
