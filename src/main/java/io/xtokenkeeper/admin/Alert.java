package io.xtokenkeeper.admin;

import io.xtokenkeeper.http.PageLink;
import java.util.Optional;

/**
 * A problem that the admin should know about.
 *
 * @param what happened
 * @param next what to do
 * @param link where to do it
 */
public record Alert(String title, String what, String next, Optional<PageLink> link) {
    static Alert of(String title, String what, String next) {
        return new Alert(title, what, next, Optional.empty());
    }

    Alert at(String href, String words) {
        return new Alert(title, what, next, Optional.of(new PageLink(href, words)));
    }
}
