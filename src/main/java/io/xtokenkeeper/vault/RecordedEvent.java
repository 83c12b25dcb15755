package io.xtokenkeeper.vault;

import java.time.Instant;
import java.util.Optional;

/** An event as it stands in the trail. */
public record RecordedEvent(
        long id,
        Instant at,
        String type,
        String actor,
        Optional<String> account,
        Optional<String> address,
        String outcome,
        Optional<String> detail) {}
