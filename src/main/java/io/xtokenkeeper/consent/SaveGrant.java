package io.xtokenkeeper.consent;

import io.xtokenkeeper.account.AccountRepository;
import io.xtokenkeeper.account.Grants;
import io.xtokenkeeper.account.NewGrant;
import io.xtokenkeeper.domain.Secret;
import io.xtokenkeeper.persistence.DatabaseAccess;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.Optional;

/**
 * Keeps the grant, uses up the link, closes the attempt and tells of it: all of it, or nothing. Saying it again with the same grant
 * changes nothing more.
 *
 * <p>X lets a user have one live grant an app, so by consenting again a person has ended the pair we held. Whoever is
 * connected here therefore has the new pair kept, even with somebody else's or a used-up link: otherwise a grant would
 * be lost that could have been kept.
 */
@ApplicationScoped
@DatabaseAccess
class SaveGrant {
    private final Grants grants;
    private final AccountRepository accounts;
    private final ConsentLinkService links;
    private final AuthorizationRequestRepository attempts;
    private final ConsentAuditor record;

    SaveGrant(
            Grants grants,
            AccountRepository accounts,
            ConsentLinkService links,
            AuthorizationRequestRepository attempts,
            ConsentAuditor record) {
        this.grants = grants;
        this.accounts = accounts;
        this.links = links;
        this.attempts = attempts;
        this.record = record;
    }

    @Transactional
    SaveGrantResult keep(
            NewGrant grant, PendingAuthorization attempt, Secret state, Optional<String> address, Instant now) {
        attempts.settle(state);
        var id = grant.id();
        var known = accounts.byId(id).isPresent();
        if (attempt.expectedUser().isPresent() && !attempt.expectedUser().get().equals(id)) {
            if (known || id.isPending()) {
                grants.keep(grant);
                return SaveGrantResult.BESIDE;
            }
            return SaveGrantResult.NOT_FOR_A_STRANGER;
        }
        var invited = attempt.link().map(link -> links.use(link, now)).orElse(true);
        if (!invited && !known) {
            return SaveGrantResult.NOT_WITH_A_USED_LINK;
        }
        if (grants.keep(grant)) {
            record.connected(id, address);
        }
        attempts.complete(state, id);
        return SaveGrantResult.AS_INVITED;
    }
}
