package io.xtokenkeeper.charts;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/**
 * The data of all charts.
 *
 * @param due refreshes that are due in the next hour, by minute
 * @param more whether more are due than were counted
 */
@RegisterForReflection
public record ChartsView(ChartSeries hour, ChartSeries day, List<Due> due, boolean more, TokenTimeline lives) {
    /** @param at when the minute begins, in seconds since 1970 */
    @RegisterForReflection
    public record Due(long at, String clock, long refreshes) {}
}
