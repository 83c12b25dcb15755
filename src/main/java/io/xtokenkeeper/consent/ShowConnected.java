package io.xtokenkeeper.consent;

import io.xtokenkeeper.account.AccountRepository;
import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.token.BrowserKey;
import io.xtokenkeeper.web.Pages;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import java.time.InstantSource;
import java.util.Optional;

/** The page of an account for the browser that connected it, and for no other. */
@Singleton
class ShowConnected {
    private final AuthorizationRequestRepository attempts;
    private final AccountRepository accounts;
    private final InstantSource clock;

    ShowConnected(AuthorizationRequestRepository attempts, AccountRepository accounts, InstantSource clock) {
        this.attempts = attempts;
        this.accounts = accounts;
        this.clock = clock;
    }

    Response to(Optional<BrowserKey> browser, Optional<AccountId> account) {
        return account.filter(id -> browser.isPresent() && attempts.completedBy(browser.get(), id))
                .flatMap(accounts::byId)
                .map(found -> ConnectedView.of(found, clock.instant()))
                .map(view -> Pages.page(Response.Status.OK.getStatusCode(), ConsentPages.connected(view))
                        .build())
                .orElseGet(ConsentAnswers::notYours);
    }
}
