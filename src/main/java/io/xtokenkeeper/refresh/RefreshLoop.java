package io.xtokenkeeper.refresh;

import io.smallrye.context.SmallRyeThreadContext;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.eclipse.microprofile.context.ThreadContext;

/**
 * The event loop on which refreshes talk to X. One for all of them: each finds a connection there without changing threads. A
 * refresh belongs to no request, so no context of the thread that starts it is carried along.
 */
@Singleton
class RefreshLoop implements Executor {
    private final SmallRyeThreadContext nothing = SmallRyeThreadContext.builder()
            .propagated()
            .cleared()
            .unchanged(ThreadContext.ALL_REMAINING)
            .build();

    private final Context loop;

    RefreshLoop(Vertx vertx) {
        // of a thread of its own, since the one that makes this may serve a request
        loop = CompletableFuture.supplyAsync(vertx::getOrCreateContext).join();
    }

    @Override
    public void execute(Runnable task) {
        loop.runOnContext(any -> SmallRyeThreadContext.withThreadContext(nothing, task));
    }
}
