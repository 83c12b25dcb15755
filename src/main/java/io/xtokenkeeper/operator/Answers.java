package io.xtokenkeeper.operator;

import io.xtokenkeeper.web.Pages;
import io.xtokenkeeper.web.Refusal;
import jakarta.ws.rs.core.Response;

/** What several pages of the operator answer. */
final class Answers {
    private Answers() {}

    /** Back to a page, which says what was done. */
    static Response told(String page, Told told) {
        return Pages.redirect(page + (page.contains("?") ? "&" : "?") + "told=" + told.inAddress())
                .build();
    }

    /** @param href where to go on */
    static Response unknown(String title, String happened, String href, String words) {
        return refused(Response.Status.NOT_FOUND, title, happened, "Go back to the list.", href, words);
    }

    static Response refused(
            Response.Status status, String title, String happened, String next, String href, String words) {
        return Pages.refused(new Refusal(status.getStatusCode(), title, happened, next).link(href, words));
    }
}
