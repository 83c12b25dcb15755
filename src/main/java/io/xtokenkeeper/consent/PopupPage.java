package io.xtokenkeeper.consent;

import io.vertx.ext.web.RoutingContext;
import io.xtokenkeeper.consent.ConsentReturn.Result;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.BrowserBinding;
import io.xtokenkeeper.http.ErrorPages;
import io.xtokenkeeper.http.PublicBaseUrl;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import java.util.Optional;

/**
 * Serves the last page of a consent in a popup, only to the browser that started it. Its script posts the result to the
 * window that opened it, if that has the origin of {@code return_to}; without such a window it goes to {@code return_to}.
 */
@Singleton
class PopupPage {
    private final AuthorizationRequestRepository requests;
    private final ConsentLinkRepository links;
    private final PublicBaseUrl publicUrl;

    PopupPage(AuthorizationRequestRepository requests, ConsentLinkRepository links, PublicBaseUrl publicUrl) {
        this.requests = requests;
        this.links = links;
        this.publicUrl = publicUrl;
    }

    /**
     * What the script needs.
     *
     * @param result {@code connected}, {@code declined} or {@code failed}
     * @param account empty unless an account was connected
     * @param origin that may receive the result
     * @param href where to go if no window can receive it
     */
    record View(String result, String link, String account, String origin, String href) {}

    /**
     * Whether a page of the caller opened this window: the query has {@code popup}, with or without a value. Not a
     * {@code @RestQuery}, because that takes a parameter without a value for a missing one.
     */
    static boolean isAskedFor(RoutingContext request) {
        return request.queryParams().contains("popup");
    }

    Response to(Optional<BrowserBinding> browser, Optional<LinkId> link) {
        return link.filter(id -> browser.isPresent() && requests.startedInPopup(browser.get(), id))
                .flatMap(links::byId)
                .flatMap(found -> ConsentReturn.of(found, true)
                        .map(back -> page(found, back, requests.lastOutcome(browser.get(), found.id()))))
                .orElseGet(ConsentResponses::notYours);
    }

    /** The page for the holder of the link, who has just declined. */
    Response declined(ConsentLink link, ConsentReturn back) {
        return page(link, back, Optional.of(new CallbackOutcome.Denied()));
    }

    private Response page(ConsentLink link, ConsentReturn back, Optional<CallbackOutcome> outcome) {
        return ErrorPages.page(Response.Status.OK.getStatusCode(), ConsentPages.popup(view(link, back, outcome)))
                .build();
    }

    /** @param outcome of this browser's own consent: another user may have used the link */
    private View view(ConsentLink link, ConsentReturn back, Optional<CallbackOutcome> outcome) {
        var account = outcome.flatMap(CallbackOutcome::connectedAccount);
        var result = outcome.map(Result::of).orElse(Result.FAILED);
        return new View(
                result.word(),
                link.id().hex(),
                account.map(AccountId::value).orElse(""),
                back.returnTo().origin().orElseGet(publicUrl::origin),
                back.returnTo().origin().isPresent()
                        ? back.url(result, account)
                        : publicUrl.withPrefix(back.url(result, account)));
    }
}
