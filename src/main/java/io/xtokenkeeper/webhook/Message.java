package io.xtokenkeeper.webhook;

import java.time.Instant;

/**
 * A signed message as it is sent.
 *
 * @param at when this attempt is made; part of the signature, so that an old message cannot be replayed
 * @param signature the value of the header {@code webhook-signature}
 */
record Message(String id, Instant at, String signature, String body) {}
