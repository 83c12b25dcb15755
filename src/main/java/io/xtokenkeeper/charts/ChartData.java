package io.xtokenkeeper.charts;

import io.xtokenkeeper.account.AccountList;
import io.xtokenkeeper.account.AccountQuery;
import io.xtokenkeeper.statistics.RefreshForecast;
import io.xtokenkeeper.statistics.RefreshMinuteRepository;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.stream.Stream;

/** Collects the data of the charts. */
@Singleton
public class ChartData {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration TEN_MINUTES = Duration.ofMinutes(10);
    private static final int MAX_BARS = 20;

    private final RefreshMinuteRepository minutes;
    private final RefreshForecast forecast;
    private final AccountList accounts;
    private final InstantSource clock;

    ChartData(RefreshMinuteRepository minutes, RefreshForecast forecast, AccountList accounts, InstantSource clock) {
        this.minutes = minutes;
        this.forecast = forecast;
        this.accounts = accounts;
        this.clock = clock;
    }

    public ChartsView draw() {
        var now = clock.instant();
        var due = forecast.within(HOUR, now);
        var next = accounts.page(
                new AccountQuery(Optional.empty(), AccountQuery.Show.ACTIVE, AccountQuery.Sort.DUE, Optional.empty()),
                MAX_BARS);
        return new ChartsView(
                series(HOUR, MINUTE, now),
                series(DAY, TEN_MINUTES, now),
                Stream.iterate(now.truncatedTo(ChronoUnit.MINUTES), minute -> minute.plus(MINUTE))
                        .limit(HOUR.toMinutes())
                        .map(minute -> new ChartsView.Due(
                                minute.getEpochSecond(),
                                minute.toString().substring(11, 16),
                                due.getOrDefault(minute, 0L)))
                        .toList(),
                due.values().stream().mapToLong(Long::longValue).sum() >= RefreshForecast.MOST,
                TokenTimeline.of(next.accounts(), now));
    }

    private ChartSeries series(Duration span, Duration slot, Instant now) {
        var begin = ChartSeries.begin(span, slot, now);
        return ChartSeries.of(minutes.since(begin, slot), begin, span, slot);
    }
}
