package io.xtokenkeeper.charts;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.xtokenkeeper.statistics.LatencyBuckets;
import io.xtokenkeeper.statistics.RefreshMinute.Count;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;

/**
 * The outcomes of refreshes over a time span, slot by slot, as the charts and their tables show them.
 *
 * @param slots all slots in order, the last one is current; slots without refreshes are included
 */
@RegisterForReflection
public record ChartSeries(List<Slot> slots) {
    /**
     * One slot of time.
     *
     * @param at when it begins, in seconds since 1970
     * @param clock when it begins, as hours and minutes in UTC
     * @param failed refreshes that failed for any other reason than a revoked grant
     * @param dead grants that X rejected as revoked
     * @param p50 median of X's response time in milliseconds; 0 if there were no calls
     */
    @RegisterForReflection
    public record Slot(long at, String clock, long refreshed, long failed, long dead, long p50, long p95, long p99) {
        private static Slot of(Instant at, List<Count> counts) {
            var bands = new long[LatencyBuckets.count()];
            var refreshed = 0L;
            var dead = 0L;
            var all = 0L;
            for (var count : counts) {
                // a newer version may have stored a higher bucket
                bands[Math.min(count.band(), bands.length - 1)] += count.calls();
                all += count.calls();
                refreshed += count.outcome().equals("refreshed") ? count.calls() : 0;
                dead += count.outcome().equals("dead") ? count.calls() : 0;
            }
            return new Slot(
                    at.getEpochSecond(),
                    at.toString().substring(11, 16),
                    refreshed,
                    all - refreshed - dead,
                    dead,
                    Math.round(LatencyBuckets.percentile(bands, 0.5)),
                    Math.round(LatencyBuckets.percentile(bands, 0.95)),
                    Math.round(LatencyBuckets.percentile(bands, 0.99)));
        }

        public boolean isQuiet() {
            return refreshed + failed + dead == 0;
        }
    }

    /** When the first slot begins, chosen so that the last slot contains {@code now}. */
    static Instant begin(Duration span, Duration slot, Instant now) {
        var step = slot.toSeconds();
        return Instant.ofEpochSecond(Math.floorDiv(now.getEpochSecond(), step) * step)
                .minus(span)
                .plus(slot);
    }

    static ChartSeries of(List<Count> counts, Instant begin, Duration span, Duration slot) {
        return new ChartSeries(LongStream.range(0, span.dividedBy(slot))
                .mapToObj(n -> begin.plus(slot.multipliedBy(n)))
                .map(at -> Slot.of(
                        at,
                        counts.stream()
                                .filter(count -> count.minute().equals(at))
                                .toList()))
                .toList());
    }
}
