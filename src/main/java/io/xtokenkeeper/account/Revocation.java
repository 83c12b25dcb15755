package io.xtokenkeeper.account;

import io.xtokenkeeper.domain.AccessToken;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.RefreshToken;
import java.util.Optional;

/**
 * A pair that must be revoked at X: its account is erased already.
 *
 * @param account whose it was
 */
public record Revocation(String id, AccountId account, Optional<AccessToken> access, RefreshToken refresh) {}
