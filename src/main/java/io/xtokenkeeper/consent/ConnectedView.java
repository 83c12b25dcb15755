package io.xtokenkeeper.consent;

import io.xtokenkeeper.vault.Account;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;

/** An account as its person sees it right after connecting, in words. */
record ConnectedView(
        String title,
        String id,
        Optional<String> username,
        Optional<String> profileProblem,
        boolean active,
        List<String> scopes,
        Optional<When> accessExpires,
        When refreshed,
        When nextRefresh,
        Optional<String> error) {
    static ConnectedView of(Account account, Instant now) {
        return new ConnectedView(
                account.name().or(account::username).orElse("Your X account"),
                account.id().value(),
                account.username(),
                account.profileProblem(),
                account.lastError().isEmpty() && account.status().name().equals("ACTIVE"),
                ScopeWords.of(account.scope()),
                account.accessExpiresAt().map(at -> When.of(at, now)),
                When.of(account.refreshedAt(), now),
                When.of(account.nextRefreshAt(), now),
                account.lastError().map(error -> error.detail()));
    }

    /**
     * A moment, for people.
     *
     * @param iso for machines
     * @param clock the time of day and date, UTC
     * @param away how far from now
     */
    record When(String iso, String clock, String away) {
        private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern(
                        "HH:mm:ss 'UTC,' d MMMM uuuu", java.util.Locale.ENGLISH)
                .withZone(ZoneOffset.UTC);

        static When of(Instant at, Instant now) {
            var distance = Duration.between(now, at);
            var words = words(distance.abs());
            return new When(at.toString(), CLOCK.format(at), distance.isNegative() ? words + " ago" : "in " + words);
        }

        private static String words(Duration distance) {
            if (distance.toDays() > 1) {
                return distance.toDays() + " days";
            }
            if (distance.toHours() > 0) {
                return distance.toHours() + " h " + distance.toMinutesPart() + " min";
            }
            return distance.toMinutes() > 0
                    ? distance.toMinutes() + " min " + distance.toSecondsPart() + " s"
                    : distance.toSeconds() + " s";
        }
    }
}
