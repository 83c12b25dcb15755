package io.xtokenkeeper.refresh;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.vault.LossReason;
import io.xtokenkeeper.x.TokenAnswer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** What is known of the refreshes under way: the flights, the brake, and the figures for whoever watches. */
@Singleton
class RefreshWatch {
    private static final List<String> OUTCOMES = List.of("refreshed", "dead", "app", "later", "unknown", "bug");

    private final Flights flights;
    private final Brake brake;
    private final TallyRefreshes tally;
    private final MeterRegistry meters;
    private final Timer duration;

    RefreshWatch(Flights flights, Brake brake, TallyRefreshes tally, MeterRegistry meters) {
        this.flights = flights;
        this.brake = brake;
        this.tally = tally;
        this.meters = meters;
        meters.gauge("keeper.refresh.in.flight", flights, Flights::count);
        duration = Timer.builder("keeper.refresh.duration")
                .description("X's time to answer a refresh")
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(5))
                .maximumExpectedValue(Duration.ofSeconds(30))
                .register(meters);
        // from the start, so that a rate over them sees the first one too
        OUTCOMES.forEach(this::outcomeCounter);
        for (var reason : LossReason.values()) {
            lostCounter(reason);
        }
    }

    void heed(TokenAnswer answer, long startedNanos, Instant now) {
        brake.heed(answer, now);
        var took = Duration.ofNanos(System.nanoTime() - startedNanos);
        duration.record(took);
        outcomeCounter(outcome(answer)).increment();
        tally.count(outcome(answer), took, now);
    }

    void lost(LossReason reason) {
        lostCounter(reason).increment();
    }

    void land(AccountId id, Landing landing) {
        flights.land(id, landing);
    }

    private Counter outcomeCounter(String outcome) {
        return meters.counter("keeper.refresh", "outcome", outcome);
    }

    private Counter lostCounter(LossReason reason) {
        return meters.counter("keeper.grants.lost", "reason", reason.name().toLowerCase(Locale.ROOT));
    }

    private static String outcome(TokenAnswer answer) {
        return switch (answer) {
            case TokenAnswer.Granted granted -> "refreshed";
            case TokenAnswer.GrantDead dead -> "dead";
            case TokenAnswer.AppRefused refused -> "app";
            case TokenAnswer.Later later -> "later";
            case TokenAnswer.Unknown unknown -> "unknown";
            case TokenAnswer.Refused refused -> "bug";
        };
    }
}
