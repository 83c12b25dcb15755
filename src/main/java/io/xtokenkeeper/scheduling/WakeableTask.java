package io.xtokenkeeper.scheduling;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;

/**
 * A task that runs on a thread of a pool when {@link #wake} is called, one run at a time: if it is woken while it runs, it
 * runs once more. If the pool rejects the task, that is logged, and the next {@link #wake} tries again.
 */
public final class WakeableTask {
    private static final Logger LOG = Logger.getLogger(WakeableTask.class);

    private final Executor threads;
    private final Runnable task;
    private final AtomicBoolean awake = new AtomicBoolean();
    private final Lock oneRun = new ReentrantLock();

    public WakeableTask(Executor threads, Runnable task) {
        this.threads = threads;
        this.task = task;
    }

    /** Does not wait for the run. */
    public void wake() {
        if (awake.compareAndSet(false, true)) {
            try {
                threads.execute(this::run);
            } catch (RejectedExecutionException e) {
                awake.set(false);
                LOG.warnf("No thread is free; retrying at the next tick: %s", e.getMessage());
            }
        }
    }

    private void run() {
        oneRun.lock();
        try {
            awake.set(false);
            task.run();
        } finally {
            oneRun.unlock();
        }
    }
}
