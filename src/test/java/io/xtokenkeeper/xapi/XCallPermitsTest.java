package io.xtokenkeeper.xapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.xtokenkeeper.xapi.XCallPermits.Permit;
import io.xtokenkeeper.xapi.XCallPermits.Purpose;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class XCallPermitsTest {
    private static final Duration LONG = Duration.ofSeconds(10);

    private final XCallPermits permits = new XCallPermits(2, 4);

    private List<Permit> take(Purpose purpose, int wanted) {
        return IntStream.range(0, wanted)
                .mapToObj(i -> permits.tryAcquire(purpose))
                .flatMap(permit -> permit.stream())
                .toList();
    }

    @Test
    void theTimerLeavesConnectionsToCallersAndCallersMayTakeTheTimers() {
        assertThat(take(Purpose.SCHEDULED, 10)).hasSize(2);
        assertThat(take(Purpose.ON_DEMAND, 10)).hasSize(2);
        assertThat(new XCallPermits(2, 4).tryAcquire(Purpose.ON_DEMAND)).isPresent();
        permits.stop();
        var callers = new XCallPermits(2, 4);
        assertThat(IntStream.range(0, 10)
                        .filter(i -> callers.tryAcquire(Purpose.ON_DEMAND).isPresent())
                        .count())
                .isEqualTo(4);
        assertThat(callers.tryAcquire(Purpose.SCHEDULED)).isEmpty();
        assertThat(callers.tryAcquire(Purpose.CONSENT))
                .as("has connections of its own")
                .isPresent();
        assertThat(callers.tryAcquire(Purpose.REVOCATION)).isPresent();
    }

    @Test
    void aConnectionIsFreeWhenXHasAnsweredAndTheExchangeOverWhenItsResultIsStored() throws InterruptedException {
        var all = take(Purpose.ON_DEMAND, 4);
        assertThat(permits.tryAcquire(Purpose.ON_DEMAND)).isEmpty();

        all.getFirst().answered();
        all.getFirst().answered();
        assertThat(take(Purpose.ON_DEMAND, 10)).hasSize(1);
        assertThat(permits.unfinished()).isEqualTo(5);
        assertThat(permits.awaitIdle(Duration.ofMillis(10))).isFalse();

        all.getFirst().close();
        all.getFirst().close();
        assertThat(permits.unfinished()).isEqualTo(4);
    }

    @Test
    void waitingEndsWhenAConnectionComesFree() throws Exception {
        var all = take(Purpose.ON_DEMAND, 4);
        var waiting = CompletableFuture.supplyAsync(() -> acquire());
        assertThat(waiting).isNotDone();
        all.getFirst().close();
        assertThat(waiting.get()).isTrue();
    }

    @Test
    void afterAStopNothingIsAdmittedAndWaitingEnds() throws Exception {
        var all = take(Purpose.ON_DEMAND, 4);
        var waiting = CompletableFuture.supplyAsync(() -> acquire());
        permits.stop();
        assertThat(waiting.get()).isFalse();
        all.forEach(Permit::close);
        assertThat(permits.awaitIdle(LONG)).isTrue();
        assertThat(permits.tryAcquire(Purpose.CONSENT)).isEmpty();
    }

    private boolean acquire() {
        try {
            return permits.acquire(Purpose.ON_DEMAND, LONG).isPresent();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
