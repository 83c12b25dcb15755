package io.xtokenkeeper.account;

import io.xtokenkeeper.token.AccessToken;
import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.token.DisplayText;
import io.xtokenkeeper.token.RefreshToken;
import io.xtokenkeeper.token.Scopes;
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
