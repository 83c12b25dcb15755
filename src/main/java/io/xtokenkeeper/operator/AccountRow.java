package io.xtokenkeeper.operator;

import io.xtokenkeeper.vault.Account;
import io.xtokenkeeper.vault.LastError;
import io.xtokenkeeper.vault.Status;
import io.xtokenkeeper.web.When;
import java.time.Instant;
import java.util.Optional;

/** An account as its operator sees it in a list. */
record AccountRow(
        String id,
        String title,
        Optional<String> username,
        boolean active,
        String status,
        Optional<When> nextRefresh,
        Optional<When> accessExpires,
        Optional<String> error) {
    static AccountRow of(Account account, Instant now) {
        var active = account.status() instanceof Status.Active;
        return new AccountRow(
                account.id().value(),
                account.name().or(account::username).orElse(account.id().value()),
                account.username(),
                active,
                switch (account.status()) {
                    case Status.Active() -> "Active";
                    case Status.NeedsConsent(var reason) -> "Needs consent: " + reason;
                },
                Optional.of(account.nextRefreshAt()).filter(at -> active).map(at -> When.of(at, now)),
                account.accessExpiresAt().map(at -> When.of(at, now)),
                account.lastError().map(LastError::detail));
    }
}
