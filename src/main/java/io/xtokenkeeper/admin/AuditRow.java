package io.xtokenkeeper.admin;

import io.xtokenkeeper.audit.AuditEvent;
import java.util.Map;
import java.util.Optional;

/**
 * An audit event as a row of the list.
 *
 * @param key the name of the API key that acted
 */
record AuditRow(
        EventView event,
        long id,
        Optional<String> account,
        String actor,
        Optional<String> key,
        Optional<String> address,
        String outcome) {
    private static final String KEY = "key:";

    /** @param names the names of API keys by their ids */
    static AuditRow of(AuditEvent event, Map<String, String> names) {
        return new AuditRow(
                EventView.of(event),
                event.id(),
                event.account(),
                event.actor(),
                event.actor().startsWith(KEY)
                        ? Optional.ofNullable(names.get(event.actor().substring(KEY.length())))
                        : Optional.empty(),
                event.address(),
                event.outcome());
    }
}
