package io.xtokenkeeper.operator;

import io.xtokenkeeper.account.Account;
import io.xtokenkeeper.audit.AuditEvent;
import io.xtokenkeeper.web.When;
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
        When connected,
        int failures,
        Optional<When> unanswered,
        Optional<When> failedAt,
        Optional<String> profileProblem,
        List<EventView> events) {
    static AccountView of(Account account, List<AuditEvent> events, Instant now) {
        return new AccountView(
                AccountRow.of(account, now),
                When.of(account.connectedAt(), now),
                account.failures(),
                account.unansweredSince().map(at -> When.of(at, now)),
                account.lastError().map(error -> When.of(error.at(), now)),
                account.profileProblem(),
                events.stream().map(event -> EventView.of(event, now)).toList());
    }
}
