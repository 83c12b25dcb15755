package io.xtokenkeeper.admin;

import io.xtokenkeeper.audit.AuditEvent;
import io.xtokenkeeper.audit.AuditEventList;
import io.xtokenkeeper.audit.AuditEventRepository;
import io.xtokenkeeper.audit.AuditEventType;
import io.xtokenkeeper.security.ApiKey;
import io.xtokenkeeper.security.ApiKeyRepository;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Collects the rows of the page of audit events. */
@Singleton
class AuditData {
    private static final int SHOWN = 50;

    private final AuditEventList list;
    private final AuditEventRepository events;
    private final ApiKeyRepository keys;

    AuditData(AuditEventList list, AuditEventRepository events, ApiKeyRepository keys) {
        this.list = list;
        this.events = events;
        this.keys = keys;
    }

    /** Rows that were added to the top of a page, and the address that returns the next ones. */
    record Newer(List<AuditRow> rows, Optional<String> address) {}

    AuditView view(AuditParams view) {
        // read first: an event that is recorded in between is on the page already, or comes as a newer one
        var newest = events.newest();
        var found = list.before(view.before(), view.filter(), SHOWN + 1);
        var page = found.stream().limit(SHOWN).toList();
        var last = page.isEmpty() ? newest : Math.max(newest, page.getFirst().id());
        var names = names();
        return new AuditView(
                view,
                rows(page, names),
                Arrays.stream(AuditEventType.values())
                        .map(AuditEventType::word)
                        .sorted()
                        .toList(),
                names,
                view.canGrow() && view.live() ? Optional.of(newer(view, last)) : Optional.empty(),
                found.size() > SHOWN
                        ? Optional.of("/operator/audit?" + view.text() + "&before="
                                + page.getLast().id())
                        : Optional.empty());
    }

    /** The events after {@code id}, the newest first; empty if there are none. */
    Optional<Newer> after(long id, AuditParams view) {
        var found = list.after(id, view.filter(), SHOWN);
        return found.isEmpty()
                ? Optional.empty()
                : Optional.of(new Newer(
                        rows(found.reversed(), names()),
                        Optional.of(newer(view, found.getLast().id()))));
    }

    private static String newer(AuditParams view, long id) {
        return "/live/audit?" + view.text() + "&after=" + id;
    }

    private List<AuditRow> rows(List<AuditEvent> found, Map<String, String> names) {
        return found.stream().map(event -> AuditRow.of(event, names)).toList();
    }

    private Map<String, String> names() {
        var names = new LinkedHashMap<String, String>();
        keys.all().forEach((ApiKey key) -> names.put(key.id(), key.name()));
        return names;
    }
}
