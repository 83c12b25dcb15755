package io.xtokenkeeper.vault;

import java.time.Instant;
import java.util.Optional;

/**
 * An account with how its refreshes stand.
 *
 * @param connectedAt when its person last consented, or it was imported
 * @param failures tries since X last gave a token
 * @param unansweredSince when a refresh token was sent to X that has no answer yet
 */
public record AccountDetail(Account account, Instant connectedAt, int failures, Optional<Instant> unansweredSince) {}
