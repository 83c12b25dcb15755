package io.xtokenkeeper.admin;

import io.xtokenkeeper.account.Account;
import io.xtokenkeeper.audit.AuditEvent;
import io.xtokenkeeper.http.DisplayTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An account on a page of its own.
 *
 * @param failures tries since X last gave a token
 * @param unanswered when a refresh token was sent to X that has no answer yet
 * @param failedAt when the last try failed
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
                DisplayTime.of(account.connectedAt(), now),
                account.failures(),
                account.unansweredSince().map(at -> DisplayTime.of(at, now)),
                account.lastError().map(error -> DisplayTime.of(error.at(), now)),
                account.profileProblem(),
                events.stream().map(event -> EventView.of(event, now)).toList());
    }
}
