package io.xtokenkeeper.operator;

import io.xtokenkeeper.web.PageLink;
import java.util.Optional;

/**
 * Something that is not as it should be, in words.
 *
 * @param next what to do
 * @param link where to do it
 */
public record Trouble(String title, String what, String next, Optional<PageLink> link) {
    static Trouble of(String title, String what, String next) {
        return new Trouble(title, what, next, Optional.empty());
    }

    Trouble at(String href, String words) {
        return new Trouble(title, what, next, Optional.of(new PageLink(href, words)));
    }
}
