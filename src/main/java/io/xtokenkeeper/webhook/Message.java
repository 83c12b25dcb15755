package io.xtokenkeeper.webhook;

import java.time.Instant;

/**
 * A message as it goes over the wire.
 *
 * @param at when this try is made; signed, so that an old one cannot be played again
 * @param signature the header of that name
 */
record Message(String id, Instant at, String signature, String body) {}
