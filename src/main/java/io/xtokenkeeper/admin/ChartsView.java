package io.xtokenkeeper.admin;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/**
 * All pictures.
 *
 * @param due what falls due in the next hour
 * @param more there is more due than was counted
 */
@RegisterForReflection
public record ChartsView(ChartSeries hour, ChartSeries day, List<Due> due, boolean more, TokenTimeline lives) {
    /** @param at in seconds since 1970 */
    @RegisterForReflection
    public record Due(long at, String clock, long refreshes) {}
}
