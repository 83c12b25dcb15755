package io.xtokenkeeper.http;

import io.quarkus.virtual.threads.VirtualThreads;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;

/** Runs blocking tasks outside the event loop; the result is delivered on the Vert.x context that called. */
@Singleton
public class WorkerDispatch {
    private final ExecutorService threads;

    WorkerDispatch(@VirtualThreads ExecutorService threads) {
        this.threads = threads;
    }

    /** Runs a blocking task on a virtual thread. */
    public <T> Future<T> run(Supplier<T> task) {
        return await(CompletableFuture.supplyAsync(task, threads));
    }

    /** Completes like {@code stage}; a failure is not wrapped in a {@link CompletionException}. */
    public static <T> Future<T> await(CompletionStage<T> stage) {
        return Future.fromCompletionStage(stage, Vertx.currentContext())
                .recover(failure -> Future.failedFuture(
                        failure instanceof CompletionException wrapped ? wrapped.getCause() : failure));
    }
}
