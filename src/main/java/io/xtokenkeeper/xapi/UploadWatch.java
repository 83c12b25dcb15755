package io.xtokenkeeper.xapi;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;

/**
 * Checks at intervals of at most one second whether a caller's request body still makes progress. Must be used on one event
 * loop.
 */
final class UploadWatch {
    private static final long MAX_TICK_MILLIS = 1_000;

    private final Vertx vertx;
    private final HttpServerRequest caller;
    private final UploadLimits limits;
    private final Handler<SlowUploadException> tooSlow;
    private final long began = System.nanoTime();
    private final long timer;
    private long moved = began;
    private long seen;

    /** @param tooSlow called at most once, and never after {@link #stop} */
    static UploadWatch start(
            Vertx vertx, HttpServerRequest caller, UploadLimits limits, Handler<SlowUploadException> tooSlow) {
        return new UploadWatch(vertx, caller, limits, tooSlow);
    }

    private UploadWatch(
            Vertx vertx, HttpServerRequest caller, UploadLimits limits, Handler<SlowUploadException> tooSlow) {
        this.vertx = vertx;
        this.caller = caller;
        this.limits = limits;
        this.tooSlow = tooSlow;
        this.seen = caller.bytesRead();
        this.timer = vertx.setPeriodic(
                Math.min(MAX_TICK_MILLIS, Math.max(1, limits.idle().toMillis() / 4)), tick -> look());
    }

    private void look() {
        var now = System.nanoTime();
        if (caller.bytesRead() != seen) {
            seen = caller.bytesRead();
            moved = now;
        }
        if (now - moved > limits.idle().toNanos()) {
            stop();
            tooSlow.handle(new SlowUploadException("No byte of the body moved for " + inSeconds(limits.idle())
                    + ": the caller does not send, or X does not" + " read"));
        } else if (now - began > limits.total().toNanos()) {
            stop();
            tooSlow.handle(new SlowUploadException("The body took longer than " + inSeconds(limits.total())));
        }
    }

    private static String inSeconds(Duration limit) {
        return limit.toSeconds() + " s";
    }

    void stop() {
        vertx.cancelTimer(timer);
    }
}
