package io.xtokenkeeper.sandbox;

import io.vertx.core.http.HttpServerResponse;

/** Writes an order for grants as NDJSON, a batch at a time, no faster than the caller reads. */
final class SeedStream {
    private static final int BATCH = 500;

    private final World world;
    private final SeedOrder order;
    private final HttpServerResponse response;
    private long done;

    SeedStream(World world, SeedOrder order, HttpServerResponse response) {
        this.world = world;
        this.order = order;
        this.response = response;
    }

    void start() {
        response.setChunked(true).putHeader("Content-Type", "application/x-ndjson");
        response.drainHandler(drained -> write());
        write();
    }

    private void write() {
        while (done < order.count() && !response.closed()) {
            response.write(batch());
            if (response.writeQueueFull()) {
                return;
            }
        }
        if (!response.ended() && !response.closed()) {
            response.end();
        }
    }

    private String batch() {
        StringBuilder lines = new StringBuilder();
        long end = Math.min(order.count(), done + BATCH);
        synchronized (world) {
            for (; done < end; done++) {
                UserId user = order.user(done);
                Grant grant = world.consent(user, world.options().app(), order.scope(), order.expiresIn());
                lines.append(order.line(
                        new Pair(world, grant).seeded(),
                        world.person(user),
                        grant.access().expiry()));
            }
        }
        return lines.toString();
    }
}
