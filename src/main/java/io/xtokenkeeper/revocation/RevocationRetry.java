package io.xtokenkeeper.revocation;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.xtokenkeeper.revocation.DisconnectService.AtX;
import io.xtokenkeeper.scheduling.SupervisedJob;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import org.jboss.logging.Logger;

/**
 * Retries revocations that X has not confirmed, eight at a time, in a separate job, so that an unresponsive X delays
 * nothing else.
 */
@Singleton
public class RevocationRetry {
    private static final Logger LOG = Logger.getLogger(RevocationRetry.class);
    private static final int AT_ONCE = 8;
    /** Doubled with each attempt. */
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private final RevocationRepository revocations;
    private final GrantRevoker revoker;
    private final InstantSource clock;
    private volatile RevocationRepository.Figures figures = RevocationRepository.Figures.NONE;

    RevocationRetry(RevocationRepository revocations, GrantRevoker revoker, InstantSource clock, MeterRegistry meters) {
        this.revocations = revocations;
        this.revoker = revoker;
        this.clock = clock;
        Gauge.builder("keeper.revocations.waiting", this, retry -> retry.figures.waiting())
                .description("Token pairs that X has not confirmed as revoked")
                .register(meters);
        Gauge.builder("keeper.revocations.oldest.seconds", this, retry -> retry.figures.oldestSeconds())
                .description("For how long the revocation has waited that waits longest")
                .register(meters);
    }

    /** Runs every 10 seconds and continues while X confirms; throws if the database is unavailable. */
    @SupervisedJob
    @Scheduled(identity = "revocations", every = "10s", concurrentExecution = ConcurrentExecution.SKIP)
    void run() {
        figures = revocations.measure();
        revocations
                .giveUp(clock.instant())
                .forEach(account -> LOG.errorf(
                        "Gave up revoking account %s at X: not confirmed within 180 days. Its tokens are deleted here",
                        account));
        while (isAnyDone(revocations.claim(AT_ONCE, PAUSE))) {
            figures = revocations.measure();
        }
    }

    private boolean isAnyDone(List<Revocation> some) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var done = false;
            for (var answer : threads.invokeAll(some.stream()
                    .<Callable<AtX>>map(revocation -> () -> revoker.revoke(revocation))
                    .toList())) {
                done |= answer.get() != AtX.NOT_YET;
            }
            return done;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            LOG.warnf("Cannot revoke now, tried again: %s", e.getCause());
            return false;
        }
    }
}
