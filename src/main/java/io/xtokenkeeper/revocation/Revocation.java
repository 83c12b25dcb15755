package io.xtokenkeeper.revocation;

import io.xtokenkeeper.domain.AccessToken;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.RefreshToken;
import java.util.Optional;

/**
 * A token pair that must be revoked at X, mostly of an erased account.
 *
 * @param account the account that it belonged to
 */
public record Revocation(String id, AccountId account, Optional<AccessToken> access, RefreshToken refresh) {}
