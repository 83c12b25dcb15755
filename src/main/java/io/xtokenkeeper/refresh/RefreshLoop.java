package io.xtokenkeeper.refresh;

import io.smallrye.context.SmallRyeThreadContext;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.eclipse.microprofile.context.ThreadContext;

/**
 * The Vert.x event loop on which refreshes call X. All refreshes use the same one, so each finds a pooled connection
 * there without a thread switch. A refresh belongs to no request, so no context of the starting thread is propagated.
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
        // on another thread, because the thread that creates this bean may serve a request
        loop = CompletableFuture.supplyAsync(vertx::getOrCreateContext).join();
    }

    @Override
    public void execute(Runnable task) {
        loop.runOnContext(any -> SmallRyeThreadContext.withThreadContext(nothing, task));
    }
}
