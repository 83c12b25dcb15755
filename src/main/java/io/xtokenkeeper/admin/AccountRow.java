package io.xtokenkeeper.admin;

import io.xtokenkeeper.account.Account;
import io.xtokenkeeper.account.Status;
import io.xtokenkeeper.http.Avatar;
import io.xtokenkeeper.http.DisplayTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An account as a row of the account list.
 *
 * @param status as text; {@code reason} is the one that the API returns
 * @param left remaining lifetime of the access token, in percent
 * @param goodUntil when the refresh token expires if it is not used
 */
record AccountRow(
        String id,
        String title,
        Avatar avatar,
        Optional<String> username,
        boolean active,
        String status,
        Optional<String> reason,
        Optional<Alert> trouble,
        Optional<DisplayTime> accessExpires,
        int left,
        DisplayTime refreshed,
        Optional<DisplayTime> nextRefresh,
        DisplayTime goodUntil,
        Set<String> scopes,
        List<String> references) {
    static AccountRow of(Account account, Instant now) {
        var id = account.id().value();
        var title = account.name().or(account::username).orElse(id);
        var active = account.status() instanceof Status.Active;
        return new AccountRow(
                id,
                title,
                Avatar.of(title, id),
                account.username(),
                active,
                active ? "Active" : "Needs consent",
                switch (account.status()) {
                    case Status.Active() -> Optional.empty();
                    case Status.NeedsConsent(var reason) -> Optional.of(reason.name());
                },
                AccountAlert.of(account),
                account.accessExpiresAt().map(DisplayTime::of),
                account.accessExpiresAt()
                        .map(end -> left(account.refreshedAt(), end, now))
                        .orElse(0),
                DisplayTime.of(account.refreshedAt()),
                Optional.of(account.nextRefreshAt()).filter(at -> active).map(DisplayTime::of),
                DisplayTime.of(account.refreshTokenGoodUntil()),
                account.scope().names(),
                account.references());
    }

    private static int left(Instant issued, Instant end, Instant now) {
        var life = Duration.between(issued, end).toSeconds();
        var left = Duration.between(now, end).toSeconds();
        return life <= 0 ? 0 : Math.clamp(100 * left / life, 0, 100);
    }
}
