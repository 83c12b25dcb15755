package io.xtokenkeeper.admin;

import io.xtokenkeeper.http.ErrorPage;
import io.xtokenkeeper.http.ErrorPages;
import jakarta.ws.rs.core.Response;

/** What several pages of the operator answer. */
final class AdminResponses {
    private AdminResponses() {}

    /** Back to a page, which says what was done. */
    static Response told(String page, FlashMessage told) {
        return ErrorPages.redirect(page + (page.contains("?") ? "&" : "?") + "told=" + told.inAddress())
                .build();
    }

    /** @param href where to go on */
    static Response unknown(String title, String happened, String href, String words) {
        return refused(Response.Status.NOT_FOUND, title, happened, "Go back to the list.", href, words);
    }

    static Response refused(
            Response.Status status, String title, String happened, String next, String href, String words) {
        return ErrorPages.refused(new ErrorPage(status.getStatusCode(), title, happened, next).link(href, words));
    }
}
