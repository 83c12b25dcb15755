package io.xtokenkeeper.admin;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.xtokenkeeper.refresh.LatencyBuckets;
import io.xtokenkeeper.refresh.RefreshMinute.Count;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;

/**
 * How refreshes went over some time, slot by slot, as the charts and the tables behind them show it.
 *
 * @param slots each from the first to the present one, whether something happened in it or not
 */
@RegisterForReflection
public record ChartSeries(List<Slot> slots) {
    /**
     * @param at when it begins, in seconds since 1970
     * @param failed other than by being dead: X was busy, did not answer, or refused us
     * @param dead grants that X said are over
     * @param p50 X's time to answer, in milliseconds; 0 where nothing was asked
     */
    @RegisterForReflection
    public record Slot(long at, String clock, long refreshed, long failed, long dead, long p50, long p95, long p99) {
        private static Slot of(Instant at, List<Count> counts) {
            var bands = new long[LatencyBuckets.count()];
            var refreshed = 0L;
            var dead = 0L;
            var all = 0L;
            for (var count : counts) {
                // a band of a version to come
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

    /** When the first slot begins, so that the last one is the present. */
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
