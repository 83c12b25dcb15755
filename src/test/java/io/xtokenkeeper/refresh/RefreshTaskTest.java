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
    private static final RefreshSettings SETTINGS = new RefreshSettings(
            Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(20), 64, OptionalInt.empty());

    private final RefreshLoop loop = new RefreshLoop(VERTX);

    @AfterAll
    static void close() {
        VERTX.close();
    }

    /** The client for X is null, so that each call fails before it is sent. */
    private RefreshTask task(AccountClaims claims) {
        return new RefreshTask(
                null,
                loop,
                claims,
                null,
                null,
                null,
                new RefreshMetrics(null, new SimpleMeterRegistry()),
                null,
                SETTINGS,
                InstantSource.system(),
                Executors.newVirtualThreadPerTaskExecutor());
    }

    private static ClaimedAccount claimed(Duration lease) {
        return new ClaimedAccount(
                new AccountId("1"),
                1,
                TOKEN,
                TOKEN.fingerprint(),
                Scopes.of("tweet.read"),
                0,
                false,
                true,
                false,
                System.nanoTime() + lease.toNanos());
    }

    @Test
    void aCallThatCannotBeginHoldsNeitherItsAccountNorItsPermit() throws Exception {
        var permits = new XCallPermits(1, 1);
        var refresh = task(null);
        var claimed = claimed(SETTINGS.lease());

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
        var released = new CompletableFuture<AccountId>();
        var claims = new AccountClaims(null, null) {
            @Override
            public void release(ClaimedAccount claimed) {
                released.complete(claimed.id());
            }
        };
        var suspended = new CountDownLatch(1);
        loop.execute(() -> {
            try {
                suspended.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        var least = SETTINGS.deadline().plus(RefreshTask.SEND_MARGIN);
        var claimed = claimed(least.plusMillis(500));

        var outcome = task(claims)
                .start(
                        claimed,
                        new XCallPermits(1, 1).tryAcquire(Purpose.SCHEDULED).orElseThrow(),
                        false);
        assertThat(released).isNotDone();
        await().until(() -> claimed.leaseLeft().compareTo(least) < 0);
        suspended.countDown();

        assertThat(outcome.get(10, TimeUnit.SECONDS)).isInstanceOf(RefreshOutcome.ReadAgain.class);
        assertThat(released).isCompletedWithValue(new AccountId("1"));
    }
}
