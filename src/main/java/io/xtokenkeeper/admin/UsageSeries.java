package io.xtokenkeeper.admin;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.xtokenkeeper.usage.UsageRepository.Sum;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Usage over a time span, slot by slot, as the chart and its table show it.
 *
 * @param slots all slots in order, the last one is current; slots without usage are included
 */
@RegisterForReflection
public record UsageSeries(List<Slot> slots) {
    /**
     * One slot of time.
     *
     * @param at when it begins, in seconds since 1970
     * @param clock when it begins, as date and time in UTC
     */
    @RegisterForReflection
    public record Slot(long at, String clock, long reads, long refreshes, long calls) {
        private static Slot of(Sum<Instant> sum) {
            return new Slot(
                    sum.name().getEpochSecond(),
                    sum.name().toString().substring(0, 16).replace('T', ' '),
                    sum.reads(),
                    sum.refreshes(),
                    sum.calls());
        }

        public boolean isQuiet() {
            return reads + refreshes + calls == 0;
        }
    }

    /** @param sums of the slots that have any usage */
    static UsageSeries of(List<Sum<Instant>> sums, UsageParams.Span span, Instant now) {
        var bySlot = sums.stream().collect(Collectors.toMap(Sum::name, Function.identity()));
        var begin = span.begin(now);
        return new UsageSeries(LongStream.range(0, span.slots())
                .mapToObj(n -> begin.plus(span.slot().multipliedBy(n)))
                .map(at -> Slot.of(bySlot.getOrDefault(at, new Sum<>(at, 0, 0, 0))))
                .toList());
    }
}
