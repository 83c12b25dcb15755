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
 * Saves the grant of a consent, marks the link as used, settles the authorization request and records the audit event, in
 * one transaction. Repeating it with the same grant has no further effect.
 *
 * <p>X keeps one active grant per user and app, so a new consent has revoked the pair that we stored. Therefore the new pair
 * of a user who is already connected is saved even if the link is for another user or already used: otherwise a grant would
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
                return SaveGrantResult.SAVED_FOR_OTHER_ACCOUNT;
            }
            return SaveGrantResult.REJECTED_OTHER_USER;
        }
        var invited = attempt.link().map(link -> links.use(link, now)).orElse(true);
        if (!invited && !known) {
            return SaveGrantResult.REJECTED_LINK_USED;
        }
        if (grants.keep(grant)) {
            record.connected(id, address);
        }
        attempts.complete(state, id);
        return SaveGrantResult.SAVED;
    }
}
