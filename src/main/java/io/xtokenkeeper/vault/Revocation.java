package io.xtokenkeeper.vault;

import io.xtokenkeeper.token.AccessToken;
import io.xtokenkeeper.token.RefreshToken;
import java.util.Optional;

/** A pair that must be revoked at X: its account is erased already. */
public record Revocation(String id, Optional<AccessToken> access, RefreshToken refresh) {}
