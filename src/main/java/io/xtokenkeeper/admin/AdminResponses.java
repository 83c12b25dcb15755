package io.xtokenkeeper.admin;

import io.xtokenkeeper.http.ErrorPage;
import io.xtokenkeeper.http.ErrorPages;
import jakarta.ws.rs.core.Response;

/** Responses that several admin pages share. */
final class AdminResponses {
    private AdminResponses() {}

    /** Redirects to a page that shows the message. */
    static Response flash(String page, FlashMessage flash) {
        return ErrorPages.redirect(page + (page.contains("?") ? "&" : "?") + "flash=" + flash.inAddress())
                .build();
    }

    /** @param href the URL of the link to continue with */
    static Response unknown(String title, String happened, String href, String words) {
        return refused(Response.Status.NOT_FOUND, title, happened, "Go back to the list.", href, words);
    }

    static Response refused(
            Response.Status status, String title, String happened, String next, String href, String words) {
        return ErrorPages.refused(new ErrorPage(status.getStatusCode(), title, happened, next).link(href, words));
    }
}
