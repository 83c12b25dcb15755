package io.xtokenkeeper.account;

import io.xtokenkeeper.domain.AccessToken;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.DisplayText;
import io.xtokenkeeper.domain.Reference;
import io.xtokenkeeper.domain.RefreshToken;
import io.xtokenkeeper.domain.Scopes;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A decrypted grant that is imported from another service, or exported to one.
 *
 * @param access its access token, if it is still usable; without it the grant is refreshed before its first use
 * @param accessEnds when its access token expires or expired: the only indication of the token pair's age
 * @param lossReason why the account needs consent, if it does
 * @param references the callers' own ids for the user
 */
public record ImportedGrant(
        AccountId id,
        RefreshToken refresh,
        Scopes scope,
        Optional<String> username,
        Optional<String> name,
        Optional<AccessToken> access,
        Optional<Instant> accessEnds,
        Optional<LossReason> lossReason,
        Instant nextRefreshAt,
        List<Reference> references) {
    public ImportedGrant {
        username = username.flatMap(DisplayText::username);
        name = name.flatMap(DisplayText::name);
    }

    Status status() {
        return lossReason.<Status>map(Status.NeedsConsent::new).orElseGet(Status.Active::new);
    }
}
