package io.xtokenkeeper.cli;

/**
 * Finds the id of the newest audit event. The API only reads forward, so this queries whether there is an event after an id,
 * at growing, then at shrinking distances: some forty short calls for a million events.
 */
record LatestEventFinder(KeeperApiClient keeper, String filter) {
    long id() {
        if (!isAnyBehind(0)) {
            return 0;
        }
        // invariant: there is an event after low
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
