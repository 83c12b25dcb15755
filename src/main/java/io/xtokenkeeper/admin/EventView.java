package io.xtokenkeeper.admin;

import io.xtokenkeeper.audit.AuditEvent;
import io.xtokenkeeper.http.DisplayTime;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * An event in words.
 *
 * @param type the word that callers see
 * @param who did it, and from where
 * @param bad something that is not as one wants it
 */
record EventView(String title, String type, DisplayTime at, String who, Optional<String> detail, boolean bad) {
    private static final Map<String, String> WORDS = Map.of(
            "account.connected", "User consented",
            "account.disconnected", "Disconnected",
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
