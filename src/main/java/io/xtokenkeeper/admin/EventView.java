package io.xtokenkeeper.admin;

import io.xtokenkeeper.audit.AuditEvent;
import io.xtokenkeeper.http.DisplayTime;
import java.time.Instant;
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
    private static final Map<String, String> WORDS = Map.of(
            "account.connected", "User consented",
            "account.disconnected", "Disconnected",
            "account.erased", "Personal data erased",
            "account.needs_consent", "X revoked the grant",
            "account.lost", "New tokens lost in flight",
            "account.imported", "Imported",
            "consent.refused", "Consent failed",
            "consent_link.created", "Consent link created",
            "key.refused", "API key lacks permission",
            "revocation.given_up", "Revocation not confirmed by X");

    static EventView of(AuditEvent event, Instant now) {
        return new EventView(
                WORDS.getOrDefault(event.type(), event.type()),
                event.type(),
                DisplayTime.of(event.at(), now),
                event.actor() + event.address().map(from -> " from " + from).orElse(""),
                event.detail(),
                !event.outcome().equals("DONE")
                        || event.type().matches("account\\.(needs_consent|lost)|revocation\\.given_up"));
    }
}
