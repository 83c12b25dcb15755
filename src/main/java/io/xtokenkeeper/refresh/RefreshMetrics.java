package io.xtokenkeeper.refresh;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.xtokenkeeper.account.LossReason;
import io.xtokenkeeper.statistics.RefreshStatistics;
import io.xtokenkeeper.xapi.TokenEndpointResult;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** Records refreshes as Micrometer metrics and in {@link RefreshStatistics}. */
@Singleton
class RefreshMetrics {
    private static final List<String> OUTCOMES =
            List.of("refreshed", "dead", "app", "later", "unknown", "unreadable", "not_from_x", "bug");

    private final RefreshStatistics statistics;
    private final MeterRegistry meters;
    private final Timer duration;

    RefreshMetrics(RefreshStatistics statistics, MeterRegistry meters) {
        this.statistics = statistics;
        this.meters = meters;
        duration = Timer.builder("keeper.refresh.duration")
                .description("X's time to answer a refresh")
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(5))
                .maximumExpectedValue(Duration.ofSeconds(30))
                .register(meters);
        // registered at startup, so that a rate over them includes the first increment
        OUTCOMES.forEach(this::outcomeCounter);
        for (var reason : LossReason.values()) {
            revokedCounter(reason);
        }
    }

    void showInFlight(Supplier<Number> count) {
        Gauge.builder("keeper.refresh.in.flight", count).register(meters);
    }

    void count(TokenEndpointResult answer, long startedNanos, Instant now) {
        var took = Duration.ofNanos(System.nanoTime() - startedNanos);
        duration.record(took);
        outcomeCounter(outcome(answer)).increment();
        statistics.count(outcome(answer), took, now);
    }

    void revoked(LossReason reason) {
        revokedCounter(reason).increment();
    }

    private Counter outcomeCounter(String outcome) {
        return meters.counter("keeper.refresh", "outcome", outcome);
    }

    private Counter revokedCounter(LossReason reason) {
        return meters.counter("keeper.grants.lost", "reason", reason.name().toLowerCase(Locale.ROOT));
    }

    private static String outcome(TokenEndpointResult answer) {
        return switch (answer) {
            case TokenEndpointResult.Granted granted -> "refreshed";
            case TokenEndpointResult.GrantRevoked dead -> "dead";
            case TokenEndpointResult.AppRejected refused -> "app";
            case TokenEndpointResult.Later later -> "later";
            case TokenEndpointResult.Unknown unknown -> "unknown";
            case TokenEndpointResult.Unreadable unreadable -> "unreadable";
            case TokenEndpointResult.RefreshTokenOnly only -> "unreadable";
            case TokenEndpointResult.NotFromX other -> "not_from_x";
            case TokenEndpointResult.Refused refused -> "bug";
        };
    }
}
