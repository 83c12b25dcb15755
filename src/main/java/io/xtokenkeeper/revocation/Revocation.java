package io.xtokenkeeper.revocation;

import io.xtokenkeeper.account.NewGrant;
import io.xtokenkeeper.domain.AccessToken;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.RefreshToken;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;

/**
 * A token pair that must be revoked at X, mostly of an erased account.
 *
 * @param id the same whenever the same pair is queued
 * @param account the account that it belonged to
 */
public record Revocation(String id, AccountId account, Optional<AccessToken> access, RefreshToken refresh) {
    /** For a grant that is not kept. */
    public static Revocation of(NewGrant grant) {
        return of(grant.id(), Optional.of(grant.pair().access()), grant.refresh());
    }

    public static Revocation of(AccountId account, Optional<AccessToken> access, RefreshToken refresh) {
        var id = UUID.nameUUIDFromBytes(refresh.fingerprint().hex().getBytes(StandardCharsets.UTF_8));
        return new Revocation(id.toString(), account, access, refresh);
    }
}
