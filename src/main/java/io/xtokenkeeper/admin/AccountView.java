package io.xtokenkeeper.admin;

import io.xtokenkeeper.account.Account;
import io.xtokenkeeper.audit.AuditEvent;
import io.xtokenkeeper.http.DisplayTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An account as its own page shows it.
 *
 * @param failures failed attempts since X last issued a token pair
 * @param unanswered when a refresh token was sent to X for which no result is stored yet
 * @param failedAt when the last attempt failed
 * @param events the newest first
 */
record AccountView(
        AccountRow row,
        DisplayTime connected,
        int failures,
        Optional<DisplayTime> unanswered,
        Optional<DisplayTime> failedAt,
        Optional<String> profileProblem,
        List<EventView> events) {
    static AccountView of(Account account, List<AuditEvent> events, Instant now) {
        return new AccountView(
                AccountRow.of(account, now),
                DisplayTime.of(account.connectedAt()),
                account.failures(),
                account.unansweredSince().map(DisplayTime::of),
                account.lastError().map(error -> DisplayTime.of(error.at())),
                account.profileProblem(),
                events.stream().map(EventView::of).toList());
    }
}
