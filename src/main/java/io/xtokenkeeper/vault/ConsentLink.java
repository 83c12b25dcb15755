package io.xtokenkeeper.vault;

import io.xtokenkeeper.token.Secret;
import java.time.Instant;

/**
 * A one-time invitation to consent.
 *
 * @param token the {@code link} parameter of {@code /oauth/authorize}: whoever has it may consent
 */
public record ConsentLink(Secret token, Instant expiresAt) {}
