package io.xtokenkeeper.consent;

import io.xtokenkeeper.audit.AuditEventType;
import io.xtokenkeeper.audit.AuditTrail;
import io.xtokenkeeper.audit.NewAuditEvent;
import io.xtokenkeeper.audit.NewAuditEvent.Outcome;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.Reference;
import io.xtokenkeeper.security.Caller;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * Records {@code consent_link.ended}, in the transaction that changes the link. The detail of the event begins with the
 * status; after a colon follows the error, if there is one.
 */
@Singleton
class ConsentLinkAuditor {
    private final AuditTrail trail;

    ConsentLinkAuditor(AuditTrail trail) {
        this.trail = trail;
    }

    void connected(ConsentLink link, AccountId account, Optional<String> address) {
        trail.record(event(
                link, Optional.of(account), address, Outcome.DONE, ConsentLink.Status.CONNECTED, Optional.empty()));
    }

    void ended(ConsentLink link, ConsentLink.Status status, Optional<String> error, Optional<String> address) {
        var outcome = status == ConsentLink.Status.DECLINED ? Outcome.REFUSED : Outcome.FAILED;
        trail.record(event(link, link.expectedUser(), address, outcome, status, error));
    }

    void withdrawn(ConsentLink link, Caller caller) {
        trail.record(through(
                link,
                caller.doing(
                        AuditEventType.CONSENT_LINK_ENDED, link.expectedUser(), ConsentLink.Status.WITHDRAWN.name())));
    }

    void expired(ConsentLinkRepository.ExpiredLink link) {
        var event = NewAuditEvent.ofTimer(AuditEventType.CONSENT_LINK_ENDED, ConsentLink.Status.EXPIRED.name())
                .through(link.reference(), Optional.of(link.id().hex()));
        trail.record(link.expectedUser().map(event::about).orElse(event));
    }

    private static NewAuditEvent event(
            ConsentLink link,
            Optional<AccountId> account,
            Optional<String> address,
            Outcome outcome,
            ConsentLink.Status status,
            Optional<String> error) {
        var detail = status.name() + error.map(why -> ": " + why).orElse("");
        return through(
                link,
                new NewAuditEvent(
                        AuditEventType.CONSENT_LINK_ENDED, "browser", account, address, outcome, Optional.of(detail)));
    }

    private static NewAuditEvent through(ConsentLink link, NewAuditEvent event) {
        return event.through(
                link.reference().map(Reference::value), Optional.of(link.id().hex()));
    }
}
