package io.xtokenkeeper.cli;

/**
 * The id of the newest event. The API reads forward only, so this asks "is there one behind?" at growing, then at
 * shrinking distances: some forty short calls for a million events.
 */
record LatestEventFinder(KeeperApiClient keeper, String filter) {
    long id() {
        if (!isAnyBehind(0)) {
            return 0;
        }
        // there is one behind low, always
        var low = 0L;
        var step = 1L;
        while (isAnyBehind(low + step)) {
            low += step;
            step *= 2;
        }
        for (; step > 0; step /= 2) {
            if (isAnyBehind(low + step)) {
                low += step;
            }
        }
        return low + 1;
    }

    private boolean isAnyBehind(long id) {
        return !keeper.get("/api/v1/events?limit=1&after=" + id + filter)
                .path("events")
                .isEmpty();
    }
}
