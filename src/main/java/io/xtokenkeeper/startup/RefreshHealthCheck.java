package io.xtokenkeeper.startup;

import io.xtokenkeeper.encryption.KeyRing;
import io.xtokenkeeper.refresh.AppState.Pause;
import io.xtokenkeeper.refresh.RefreshCircuitBreaker;
import io.xtokenkeeper.refresh.RefreshScheduler;
import io.xtokenkeeper.refresh.TokenPairJournal;
import io.xtokenkeeper.xapi.XEndpoints;
import jakarta.inject.Singleton;
import java.time.Instant;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Reports the state of refreshing: the circuit breaker, the claims, the journal and the data keys. Always up: tokens that
 * are still valid can be handed out, and another replica would have the same problem.
 */
@Readiness
@Singleton
class RefreshHealthCheck implements HealthCheck {
    private final XEndpoints endpoints;
    private final RefreshCircuitBreaker breaker;
    private final TokenPairJournal journal;
    private final RefreshScheduler sweep;
    private final KeyRing ring;

    RefreshHealthCheck(
            XEndpoints endpoints,
            RefreshCircuitBreaker breaker,
            TokenPairJournal journal,
            RefreshScheduler sweep,
            KeyRing ring) {
        this.endpoints = endpoints;
        this.breaker = breaker;
        this.journal = journal;
        this.sweep = sweep;
        this.ring = ring;
    }

    @Override
    public HealthCheckResponse call() {
        var health = HealthCheckResponse.named("refresh")
                .up()
                .withData("x", endpoints.api().toString())
                .withData(
                        "looked_for_due",
                        sweep.lastSweep().map(Instant::toString).orElse("not yet"))
                .withData("journal_entries", journal.size())
                .withData("claims", sweep.blocked().orElse("going"))
                .withData("journal_trouble", journal.problem().orElse("none"))
                .withData("forgotten_data_keys", ring.forgotten().toString());
        breaker.currentPause()
                .ifPresentOrElse(
                        pause -> health.withData("state", state(pause.kind()))
                                .withData("paused_until", pause.until().toString())
                                .withData("why", pause.why()),
                        () -> health.withData("state", "going"));
        return health.build();
    }

    private static String state(Pause.Kind kind) {
        return switch (kind) {
            case APP_REJECTED -> "app refused by X";
            case RATE_LIMITED -> "rate limited by X";
            case NOT_FROM_X -> "answers are not X's";
        };
    }
}
