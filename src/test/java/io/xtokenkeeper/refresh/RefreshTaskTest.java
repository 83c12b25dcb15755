package io.xtokenkeeper.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.RefreshToken;
import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.xapi.XCallPermits;
import io.xtokenkeeper.xapi.XCallPermits.Purpose;
import java.time.Duration;
import java.time.InstantSource;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class RefreshTaskTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final RefreshToken TOKEN = RefreshToken.of("spend me");

    @AfterAll
    static void close() {
        VERTX.close();
    }

    @Test
    void aCallThatCannotBeginHoldsNeitherItsAccountNorItsPermit() throws Exception {
        var settings = new RefreshSettings(
                Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(20), 64, OptionalInt.empty());
        var permits = new XCallPermits(1, 1);
        // the client for X is null, so that each call fails before it is sent
        var refresh = new RefreshTask(
                null,
                new RefreshLoop(VERTX),
                null,
                null,
                null,
                null,
                new RefreshMetrics(null, new SimpleMeterRegistry()),
                null,
                settings,
                InstantSource.system(),
                Executors.newVirtualThreadPerTaskExecutor());
        var claimed = new ClaimedAccount(
                new AccountId("1"),
                1,
                TOKEN,
                TOKEN.fingerprint(),
                Scopes.of("tweet.read"),
                0,
                false,
                true,
                System.nanoTime() + settings.lease().toNanos());

        for (var tries = 0; tries < 2; tries++) {
            var permit = permits.tryAcquire(Purpose.SCHEDULED).orElseThrow();
            var outcome = refresh.start(claimed, permit, false).get(10, TimeUnit.SECONDS);

            assertThat(outcome).isInstanceOf(RefreshOutcome.ReadAgain.class);
            await().until(() -> permits.unfinished() == 0);
        }
    }

    /** Suspended between the claim and the call to X: another replica may have claimed the account since. */
    @Test
    void aTokenWhoseLeaseHasPassedMeanwhileIsNotSent() throws Exception {
        var settings = new RefreshSettings(
                Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(20), 64, OptionalInt.empty());
        var released = new CompletableFuture<AccountId>();
        var claims = new AccountClaims(null, null) {
            @Override
            public void release(ClaimedAccount claimed) {
                released.complete(claimed.id());
            }
        };
        var loop = new RefreshLoop(VERTX);
        // the client for X is null: a call would fail without releasing the account
        var refresh = new RefreshTask(
                null,
                loop,
                claims,
                null,
                null,
                null,
                new RefreshMetrics(null, new SimpleMeterRegistry()),
                null,
                settings,
                InstantSource.system(),
                Executors.newVirtualThreadPerTaskExecutor());
        var suspended = new CountDownLatch(1);
        loop.execute(() -> {
            try {
                suspended.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        var enough = settings.deadline().plus(RefreshTask.SEND_MARGIN).plusMillis(500);
        var claimed = new ClaimedAccount(
                new AccountId("1"),
                1,
                TOKEN,
                TOKEN.fingerprint(),
                Scopes.of("tweet.read"),
                0,
                false,
                true,
                System.nanoTime() + enough.toNanos());

        var outcome = refresh.start(
                claimed, new XCallPermits(1, 1).tryAcquire(Purpose.SCHEDULED).orElseThrow(), false);
        assertThat(released).isNotDone();
        await().until(() -> claimed.leaseLeft().compareTo(enough.minusMillis(600)) < 0);
        suspended.countDown();

        assertThat(outcome.get(10, TimeUnit.SECONDS)).isInstanceOf(RefreshOutcome.ReadAgain.class);
        assertThat(released).isCompletedWithValue(new AccountId("1"));
    }
}
