package io.xtokenkeeper.scheduling;

import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * A thread that runs rounds one after the other until it is stopped. Whatever a round throws is logged, and the next round
 * begins after a pause. If a round does not end, liveness is down ({@link LoopHeartbeats}).
 */
public final class SupervisedLoop {
    private static final Logger LOG = Logger.getLogger(SupervisedLoop.class);

    /**
     * One round. Within {@link LoopHeartbeats#MAX_SILENCE} it ends, or records a heartbeat if it legitimately takes longer.
     */
    @FunctionalInterface
    public interface Round {
        void run(LoopHeartbeats.Heartbeat heartbeat) throws InterruptedException;
    }

    private final String name;
    private final LoopHeartbeats heartbeats;
    private final LoopHeartbeats.Heartbeat heartbeat;
    private final Duration pauseAfterFailure;
    private final Round round;
    private final Thread thread;
    private volatile boolean stopped;

    private SupervisedLoop(
            String name, LoopHeartbeats heartbeats, Duration maxSilence, Duration pauseAfterFailure, Round round) {
        this.name = name;
        this.heartbeats = heartbeats;
        this.heartbeat = heartbeats.register(name, maxSilence);
        this.pauseAfterFailure = pauseAfterFailure;
        this.round = round;
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
    }

    /** @param name of the thread, in the log and in health */
    public static SupervisedLoop start(
            String name, LoopHeartbeats heartbeats, Duration pauseAfterFailure, Round round) {
        return start(name, heartbeats, LoopHeartbeats.MAX_SILENCE, pauseAfterFailure, round);
    }

    static SupervisedLoop start(
            String name, LoopHeartbeats heartbeats, Duration maxSilence, Duration pauseAfterFailure, Round round) {
        var loop = new SupervisedLoop(name, heartbeats, maxSilence, pauseAfterFailure, round);
        loop.thread.start();
        return loop;
    }

    /** Stops the loop: interrupts its round. Does not wait for the end of the thread. */
    public void stop() {
        stopped = true;
        heartbeats.remove(name);
        thread.interrupt();
    }

    /** Waits until the thread has ended, at most this long. */
    public void join(Duration patience) throws InterruptedException {
        thread.join(patience);
    }

    private void run() {
        while (!stopped) {
            heartbeat.beat();
            try {
                round.run(heartbeat);
            } catch (InterruptedException e) {
                // after stop() the interrupt is intended; an interrupt from elsewhere must not end the loop
                if (!stopped) {
                    failed(e);
                }
            } catch (Throwable e) {
                failed(e);
            }
        }
    }

    private void failed(Throwable failure) {
        try {
            LOG.errorf(failure, "%s failed and goes on in %d ms", name, pauseAfterFailure.toMillis());
            Thread.sleep(pauseAfterFailure);
        } catch (Throwable again) {
            // the thread was interrupted, or there is no memory for the log: run() checks whether it was stopped, or
            // continues
            heartbeat.beat();
        }
    }
}
