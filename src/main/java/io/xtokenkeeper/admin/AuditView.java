package io.xtokenkeeper.admin;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The page of audit events.
 *
 * @param rows the newest first
 * @param types the types that the page can be limited to
 * @param keys names of API keys by their ids
 * @param newer the address that returns newer events; empty if the page does not grow
 * @param next the address of the next page
 */
record AuditView(
        AuditParams view,
        List<AuditRow> rows,
        List<String> types,
        Map<String, String> keys,
        Optional<String> newer,
        Optional<String> next) {
    public String account() {
        return text(view.account());
    }

    public String actor() {
        return text(view.actor());
    }

    public String type() {
        return text(view.type());
    }

    public String from() {
        return text(view.from());
    }

    public String to() {
        return text(view.to());
    }

    /** Whether the page has a switch for live updates. */
    public boolean isSwitched() {
        return view.canGrow();
    }

    private static String text(Optional<?> value) {
        return value.map(Object::toString).orElse("");
    }
}
