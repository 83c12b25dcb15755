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

/** What an event loop must not wait for itself; it goes on with the outcome where it left off. */
@Singleton
public class WorkerDispatch {
    private final ExecutorService threads;

    WorkerDispatch(@VirtualThreads ExecutorService threads) {
        this.threads = threads;
    }

    /** Runs a task that blocks. */
    public <T> Future<T> run(Supplier<T> task) {
        return await(CompletableFuture.supplyAsync(task, threads));
    }

    /** Fails with what it failed with, unwrapped. */
    public static <T> Future<T> await(CompletionStage<T> stage) {
        return Future.fromCompletionStage(stage, Vertx.currentContext())
                .recover(failure -> Future.failedFuture(
                        failure instanceof CompletionException wrapped ? wrapped.getCause() : failure));
    }
}
