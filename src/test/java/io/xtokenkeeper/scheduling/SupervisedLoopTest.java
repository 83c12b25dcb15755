package io.xtokenkeeper.scheduling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SupervisedLoopTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final Duration MAX_SILENCE = Duration.ofMillis(200);

    private final LoopHeartbeats heartbeats = new LoopHeartbeats();
    private final AtomicInteger rounds = new AtomicInteger();
    private SupervisedLoop loop;

    private void loop(SupervisedLoop.Round round) {
        loop = SupervisedLoop.start("the-loop", heartbeats, MAX_SILENCE, PAUSE, heartbeat -> {
            rounds.incrementAndGet();
            round.run(heartbeat);
        });
    }

    @AfterEach
    void end() throws InterruptedException {
        loop.stop();
        loop.join(PATIENCE);
    }

    @Test
    void itGoesOnWhateverARoundThrows() {
        loop(heartbeat -> {
            switch (rounds.get()) {
                case 1 -> throw new IllegalStateException("a bug");
                case 2 -> throw new StackOverflowError();
                case 3 -> throw new OutOfMemoryError("no more threads");
                case 4 -> throw new InterruptedException("not by the service's stop");
                default -> Thread.sleep(PAUSE);
            }
        });
        await("rounds after the failures").atMost(PATIENCE).until(() -> rounds.get() > 10);
        assertThat(heartbeats.silent()).isEmpty();
    }

    @Test
    void aRoundThatHangsIsNamed() {
        var hang = new CountDownLatch(1);
        loop(heartbeat -> hang.await());
        await("it is silent").atMost(PATIENCE).until(() -> heartbeats.silent().contains("the-loop"));
        assertThat(rounds).hasValue(1);
        hang.countDown();
        await("it goes on").atMost(PATIENCE).until(() -> heartbeats.silent().isEmpty());
    }

    @Test
    void aRoundThatTakesLongSaysThatItWorks() throws InterruptedException {
        loop(heartbeat -> {
            while (true) {
                heartbeat.beat();
                Thread.sleep(PAUSE);
            }
        });
        Thread.sleep(MAX_SILENCE.multipliedBy(3));
        assertThat(rounds).hasValue(1);
        assertThat(heartbeats.silent()).isEmpty();
    }

    @Test
    void itEndsWhenItIsStoppedAndIsNotMissed() throws InterruptedException {
        loop(heartbeat -> Thread.sleep(PATIENCE.multipliedBy(10)));
        await("it runs").atMost(PATIENCE).until(() -> rounds.get() == 1);
        loop.stop();
        loop.join(PATIENCE);
        Thread.sleep(MAX_SILENCE.multipliedBy(2));
        assertThat(rounds).hasValue(1);
        assertThat(heartbeats.silent()).isEmpty();
    }
}
