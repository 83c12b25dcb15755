package io.xtokenkeeper.admin;

import java.util.List;
import java.util.Optional;

/**
 * The page of usage.
 *
 * @param choices the keys that the page can be limited to
 * @param keys the keys that were used most
 * @param accounts the accounts that were used most
 */
record UsageView(UsageParams view, List<Choice> choices, UsageSeries series, List<Top> keys, List<Top> accounts) {
    /** An API key, or the admin key. */
    record Choice(String id, String name, boolean selected) {}

    /**
     * A row of a table.
     *
     * @param title a name to show; the id if there is none
     * @param link the address of a page about it, or of the same page limited to it
     */
    record Top(String id, String title, Optional<String> link, long reads, long refreshes, long calls) {}

    public String key() {
        return view.key().orElse("");
    }

    public String account() {
        return view.account().map(Object::toString).orElse("");
    }

    public String span() {
        return view.span().word();
    }

    public boolean isEmpty() {
        return keys.isEmpty();
    }
}
