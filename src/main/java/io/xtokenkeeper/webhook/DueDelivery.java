package io.xtokenkeeper.webhook;

import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.Secret;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A delivery that this replica has claimed and sends now.
 *
 * @param tries attempts including this one; the result is recorded only while the row has this number
 * @param failingSince the first failed attempt at its webhook since the last success; empty if the last attempt succeeded
 * @param reference the caller's own id for the user
 * @param link the id of the consent link that led to the event
 * @param secrets the signing secrets; empty if one cannot be decrypted
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
        Optional<String> detail,
        Optional<String> reference,
        Optional<String> link) {}
