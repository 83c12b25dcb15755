package io.xtokenkeeper.admin;

import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.usage.UsageQuery;
import io.xtokenkeeper.usage.UsageRepository.Unit;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Which usage a page shows, parsed from its query parameters. An invalid parameter counts as missing.
 *
 * @param key the id of an API key, or {@code operator}
 */
record UsageParams(Optional<String> key, Optional<AccountId> account, Span span) {
    /** The length of time, and the slots of its chart. */
    enum Span {
        DAY(1, Unit.HOUR),
        WEEK(7, Unit.HOUR),
        MONTH(30, Unit.DAY),
        QUARTER(90, Unit.DAY);

        private final int days;
        final Unit unit;

        Span(int days, Unit unit) {
            this.days = days;
            this.unit = unit;
        }

        Duration slot() {
            return unit == Unit.HOUR ? Duration.ofHours(1) : Duration.ofDays(1);
        }

        /** The word of the query parameter. */
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** When the first slot begins, chosen so that the last one contains {@code now}. */
        Instant begin(Instant now) {
            return ChartSeries.begin(Duration.ofDays(days), slot(), now);
        }

        long slots() {
            return Duration.ofDays(days).dividedBy(slot());
        }
    }

    static UsageParams of(Optional<String> key, Optional<String> account, Optional<String> span) {
        return new UsageParams(
                key.filter(id -> id.matches("[\\w-]{1,64}")),
                account.map(String::strip).flatMap(AccountId::parse),
                Arrays.stream(Span.values())
                        .filter(one -> span.filter(one.word()::equals).isPresent())
                        .findFirst()
                        .orElse(Span.DAY));
    }

    UsageQuery query(Instant now) {
        return new UsageQuery(
                key,
                account.map(Set::of),
                span.begin(now),
                now.truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.HOURS));
    }

    public boolean isNarrowed() {
        return key.isPresent() || account.isPresent();
    }

    /** The same choice as a query string. */
    public String text() {
        return "key=" + key.orElse("") + "&account="
                + account.map(AccountId::value).orElse("") + "&span=" + span.word();
    }
}
