package io.xtokenkeeper.scheduling;

import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * A thread that runs one round after the other until it is stopped, whatever a round throws: that is logged, and after a
 * pause the next round begins. A round that does not end turns liveness down ({@link LoopHeartbeats}).
 */
public final class SupervisedLoop {
    private static final Logger LOG = Logger.getLogger(SupervisedLoop.class);

    /** One round. It ends, or beats because it takes long though it works, within {@link LoopHeartbeats#MAX_SILENCE}. */
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

    /** Ends the loop: interrupts what its round waits for. Does not wait for it. */
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
                // ours, where the service stops; another's must not end what must run
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
            // stopped, or no memory for the log: the loop looks at the first and goes on after the second
            heartbeat.beat();
        }
    }
}
