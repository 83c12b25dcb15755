package io.xtokenkeeper.webhook;

import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.Secret;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A delivery that was claimed to be sent now.
 *
 * @param tries how many there are with this one; a note of how it went counts only while this holds
 * @param failingSince since when no try at its webhook succeeded; empty where the last one did
 * @param secrets what signs it; empty where none could be opened
 */
record DueDelivery(
        String id,
        int tries,
        String webhookId,
        String url,
        Optional<Instant> failingSince,
        List<Secret> secrets,
        String type,
        Instant occurredAt,
        Optional<AccountId> account,
        Optional<String> detail) {}
