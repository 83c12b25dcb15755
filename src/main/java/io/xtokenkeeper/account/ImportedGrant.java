package io.xtokenkeeper.account;

import io.xtokenkeeper.domain.AccessToken;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.DisplayText;
import io.xtokenkeeper.domain.RefreshToken;
import io.xtokenkeeper.domain.Scopes;
import java.time.Instant;
import java.util.Optional;

/**
 * A grant between two keepers: one that somebody else kept until now, or that somebody else will keep.
 *
 * @param access its access token, if that is of use still; without it the grant is refreshed before its first use
 * @param accessEnds when its access token ends or ended: the only sign of the pair's age
 * @param lossReason why it is over, where it came with that
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
        Instant nextRefreshAt) {
    public ImportedGrant {
        username = username.flatMap(DisplayText::username);
        name = name.flatMap(DisplayText::name);
    }

    Status status() {
        return lossReason.<Status>map(Status.NeedsConsent::new).orElseGet(Status.Active::new);
    }
}
