package io.xtokenkeeper.consent;

import io.xtokenkeeper.account.Account;
import io.xtokenkeeper.account.AccountReferences;
import io.xtokenkeeper.account.AccountRepository;
import io.xtokenkeeper.account.Grants;
import io.xtokenkeeper.account.NewGrant;
import io.xtokenkeeper.persistence.DatabaseAccess;
import io.xtokenkeeper.revocation.Revocation;
import io.xtokenkeeper.revocation.RevocationRepository;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.Optional;

/**
 * Saves the grant of a consent, marks the link as used, settles the authorization request and records the audit event, in
 * one transaction; if the grant is not kept, queues its revocation instead. Repeating it with the same grant has no further
 * effect, whatever happened to the account since.
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
    private final AccountReferences references;
    private final ConsentLinkRepository links;
    private final AuthorizationRequestRepository requests;
    private final ConsentAuditor auditor;
    private final ConsentLinkAuditor linkAuditor;
    private final RevocationRepository revocations;

    SaveGrant(
            Grants grants,
            AccountRepository accounts,
            AccountReferences references,
            ConsentLinkRepository links,
            AuthorizationRequestRepository requests,
            ConsentAuditor auditor,
            ConsentLinkAuditor linkAuditor,
            RevocationRepository revocations) {
        this.grants = grants;
        this.accounts = accounts;
        this.references = references;
        this.links = links;
        this.requests = requests;
        this.auditor = auditor;
        this.linkAuditor = linkAuditor;
        this.revocations = revocations;
    }

    @Transactional
    SaveGrantResult save(NewGrant grant, GrantRegistrar.Consent consent, Instant now) {
        var result = saveOrReject(grant, consent, now);
        StoredOutcome.of(result, grant.id()).ifPresent(ended -> requests.end(consent.state(), ended));
        return result;
    }

    private SaveGrantResult saveOrReject(NewGrant grant, GrantRegistrar.Consent consent, Instant now) {
        var authorization = consent.authorization();
        var id = grant.id();
        var first = requests.settle(consent.state());
        if (!first && requests.isComplete(consent.state())) {
            // an earlier call took effect though its commit seemed to fail; the pair may have been refreshed since
            return SaveGrantResult.SAVED;
        }
        var existing = accounts.byId(id);
        if (authorization.expectedUser().isPresent()
                && !authorization.expectedUser().get().equals(id)) {
            if (existing.isPresent() || id.isPending()) {
                if (first && grants.save(grant)) {
                    reportScope(grant, existing, consent, Optional.empty());
                }
                return SaveGrantResult.SAVED_FOR_OTHER_ACCOUNT;
            }
            queueRevocation(grant, first);
            return SaveGrantResult.REJECTED_OTHER_USER;
        }
        var link = authorization.link().flatMap(links::byId);
        // a link that expired after the consent was started is accepted: it was valid at the start
        var used = link.filter(one -> first && links.use(one.id(), id, grant.scope(), now));
        var result = used.isPresent() || authorization.link().isEmpty()
                ? SaveGrantResult.SAVED
                : withoutLink(link, existing, grant, now);
        if (!result.isSaved()) {
            queueRevocation(grant, first);
        } else if (first && grants.save(grant)) {
            auditor.connected(id, used, consent.address());
            reportScope(grant, existing, consent, used);
        }
        if (result != SaveGrantResult.SAVED || !first) {
            return result;
        }
        used.flatMap(ConsentLink::reference).ifPresent(reference -> references.add(id, reference));
        used.ifPresent(one -> linkAuditor.connected(one, id, consent.address()));
        requests.complete(consent.state(), id);
        return SaveGrantResult.SAVED;
    }

    /** In this transaction, so that a crash leaves no valid token that the service has no record of. */
    private void queueRevocation(NewGrant grant, boolean first) {
        if (first) {
            revocations.queue(Revocation.of(grant));
        }
    }

    /** The link was used or withdrawn since the consent was started. */
    private static SaveGrantResult withoutLink(
            Optional<ConsentLink> link, Optional<Account> existing, NewGrant grant, Instant now) {
        var withdrawn = link.filter(one -> one.asOf(now) instanceof ConsentLinkLookup.Withdrawn)
                .isPresent();
        // the user of a pending account may be connected under the own id
        if (existing.isEmpty() && !grant.id().isPending()) {
            return withdrawn ? SaveGrantResult.REJECTED_LINK_WITHDRAWN : SaveGrantResult.REJECTED_LINK_USED;
        }
        if (withdrawn) {
            return SaveGrantResult.SAVED_LINK_WITHDRAWN;
        }
        return existing.isEmpty() ? SaveGrantResult.SAVED_LINK_USED : SaveGrantResult.SAVED;
    }

    /** X lets the user grant less than was asked for, and a new grant replaces the scopes that the account held. */
    private void reportScope(
            NewGrant grant, Optional<Account> before, GrantRegistrar.Consent consent, Optional<ConsentLink> link) {
        var granted = grant.scope();
        var notGranted = granted.missing(consent.authorization().scopes());
        var previous = before.map(Account::scope).filter(scope -> !scope.equals(granted));
        if (notGranted.isPresent() || previous.isPresent()) {
            auditor.scopeChanged(grant.id(), granted, notGranted, previous, link, consent.address());
        }
    }
}
