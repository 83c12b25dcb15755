package io.xtokenkeeper.vault;

import java.time.Instant;

/**
 * What went wrong last with an account.
 *
 * @param reason a fixed word, for machines
 * @param detail a sentence, for people; never quotes a secret
 */
public record LastError(String reason, String detail, Instant at) {}
