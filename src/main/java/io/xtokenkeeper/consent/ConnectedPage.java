package io.xtokenkeeper.consent;

import io.xtokenkeeper.account.AccountRepository;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.BrowserBinding;
import io.xtokenkeeper.http.ErrorPages;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import java.util.Optional;

/** Serves the page of a connected account, only to the browser that connected it. */
@Singleton
class ConnectedPage {
    private final AuthorizationRequestRepository requests;
    private final AccountRepository accounts;

    ConnectedPage(AuthorizationRequestRepository requests, AccountRepository accounts) {
        this.requests = requests;
        this.accounts = accounts;
    }

    Response to(Optional<BrowserBinding> browser, Optional<AccountId> account) {
        return account.flatMap(id -> browser.flatMap(some -> requests.requestedScopes(some, id))
                        .flatMap(asked -> accounts.byId(id).map(found -> ConnectedView.of(found, asked))))
                .map(view -> ErrorPages.page(Response.Status.OK.getStatusCode(), ConsentPages.connected(view))
                        .build())
                .orElseGet(ConsentResponses::notYours);
    }
}
