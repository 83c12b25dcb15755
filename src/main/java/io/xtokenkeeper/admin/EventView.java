package io.xtokenkeeper.admin;

import io.xtokenkeeper.audit.AuditEvent;
import io.xtokenkeeper.http.DisplayTime;
import java.util.Map;
import java.util.Optional;

/**
 * An audit event as the history shows it.
 *
 * @param type the type as the API returns it
 * @param who the actor and the client's IP address
 * @param bad whether the event reports a failure
 */
record EventView(String title, String type, DisplayTime at, String who, Optional<String> detail, boolean bad) {
    private static final Map<String, String> WORDS = Map.ofEntries(
            Map.entry("account.connected", "User consented"),
            Map.entry("account.disconnected", "Disconnected"),
            Map.entry("account.erased", "Personal data erased"),
            Map.entry("account.needs_consent", "X revoked the grant"),
            Map.entry("account.lost", "New tokens lost in flight"),
            Map.entry("account.scope_changed", "Scopes changed"),
            Map.entry("account.references_changed", "References changed"),
            Map.entry("account.imported", "Imported"),
            Map.entry("consent.refused", "Consent failed"),
            Map.entry("consent_link.created", "Consent link created"),
            Map.entry("consent_link.ended", "Consent link ended"),
            Map.entry("key.refused", "API key lacks permission"),
            Map.entry("revocation.given_up", "Revocation not confirmed by X"));

    static EventView of(AuditEvent event) {
        return new EventView(
                WORDS.getOrDefault(event.type(), event.type()),
                event.type(),
                DisplayTime.of(event.at()),
                event.actor() + event.address().map(from -> " from " + from).orElse(""),
                event.detail(),
                !event.outcome().equals("DONE")
                        || event.type().matches("account\\.(needs_consent|lost)|revocation\\.given_up"));
    }
}
