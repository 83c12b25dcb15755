package io.xtokenkeeper.sandbox;

import io.vertx.core.http.HttpServerResponse;
import io.xtokenkeeper.sandbox.grants.ClientApp;
import io.xtokenkeeper.sandbox.grants.SeededGrant;
import io.xtokenkeeper.sandbox.grants.UserId;
import java.time.temporal.ChronoUnit;

/** Writes requested grants as NDJSON, in batches, no faster than the caller reads. */
final class SeedStream {
    private static final int BATCH = 500;

    private final SimulatorState world;
    private final SeedOrder order;
    private final HttpServerResponse response;
    private long done;

    SeedStream(SimulatorState world, SeedOrder order, HttpServerResponse response) {
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
        ClientApp app = order.foreign() ? world.foreignApp() : world.options().app();
        long end = Math.min(order.count(), done + BATCH);
        synchronized (world) {
            for (; done < end; done++) {
                UserId user = order.user(done);
                SeededGrant grant = world.seed(user, app, order.scope(), order.expiresIn());
                lines.append(order.line(
                        grant,
                        world.person(user),
                        world.clock().instant().truncatedTo(ChronoUnit.MILLIS).plusSeconds(grant.expiresIn())));
            }
        }
        return lines.toString();
    }
}
