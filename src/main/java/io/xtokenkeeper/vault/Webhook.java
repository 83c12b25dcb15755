package io.xtokenkeeper.vault;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * An address that is told what happens, without its signing secret.
 *
 * @param events the words of the events it is told
 * @param disabledWhy why nothing is sent to it since {@code disabledAt}
 * @param failingSince the first try that failed since one last succeeded
 */
public record Webhook(
        String id,
        String url,
        Set<String> events,
        Optional<String> description,
        Instant createdAt,
        Optional<Instant> disabledAt,
        Optional<String> disabledWhy,
        Optional<Instant> failingSince) {
    public static Webhook of(String id, String url, Set<String> events, Optional<String> description, Instant now) {
        return new Webhook(id, url, events, description, now, Optional.empty(), Optional.empty(), Optional.empty());
    }

    public boolean isDisabled() {
        return disabledAt.isPresent();
    }
}
