package io.xtokenkeeper.refresh;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.xtokenkeeper.account.LossReason;
import io.xtokenkeeper.x.TokenAnswer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** Metrics of refreshes. */
@Singleton
class RefreshWatch {
    private static final List<String> OUTCOMES =
            List.of("refreshed", "dead", "app", "later", "unknown", "unreadable", "not_from_x", "bug");

    private final TallyRefreshes tally;
    private final MeterRegistry meters;
    private final Timer duration;

    RefreshWatch(TallyRefreshes tally, MeterRegistry meters) {
        this.tally = tally;
        this.meters = meters;
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

    void showInFlight(Supplier<Number> count) {
        Gauge.builder("keeper.refresh.in.flight", count).register(meters);
    }

    void count(TokenAnswer answer, long startedNanos, Instant now) {
        var took = Duration.ofNanos(System.nanoTime() - startedNanos);
        duration.record(took);
        outcomeCounter(outcome(answer)).increment();
        tally.count(outcome(answer), took, now);
    }

    void lost(LossReason reason) {
        lostCounter(reason).increment();
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
            case TokenAnswer.Unreadable unreadable -> "unreadable";
            case TokenAnswer.RefreshTokenOnly only -> "unreadable";
            case TokenAnswer.NotFromX other -> "not_from_x";
            case TokenAnswer.Refused refused -> "bug";
        };
    }
}
