package io.xtokenkeeper.consent;

import io.xtokenkeeper.account.Account;
import io.xtokenkeeper.domain.DocumentedScopes;
import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.http.Avatar;
import io.xtokenkeeper.http.DisplayTime;
import java.util.List;
import java.util.Optional;

/** What the page after a consent shows its user about the account, as display text. */
record ConnectedView(
        String title,
        String id,
        Avatar avatar,
        Optional<String> username,
        Optional<String> profileProblem,
        boolean active,
        List<String> scopes,
        List<String> notGranted,
        Optional<DisplayTime> accessExpires,
        DisplayTime refreshed,
        DisplayTime nextRefresh,
        Optional<String> error) {
    /** @param asked the scopes that the browser asked for */
    static ConnectedView of(Account account, Scopes asked) {
        var title = account.name().or(account::username).orElse("Your X account");
        return new ConnectedView(
                title,
                account.id().value(),
                Avatar.of(title, account.id().value()),
                account.username(),
                account.profileProblem(),
                account.lastError().isEmpty() && account.status().name().equals("ACTIVE"),
                DocumentedScopes.descriptions(account.scope()),
                account.scope()
                        .missing(asked)
                        .map(DocumentedScopes::descriptions)
                        .orElse(List.of()),
                account.accessExpiresAt().map(DisplayTime::of),
                DisplayTime.of(account.refreshedAt()),
                DisplayTime.of(account.nextRefreshAt()),
                account.lastError().map(error -> error.detail()));
    }
}
