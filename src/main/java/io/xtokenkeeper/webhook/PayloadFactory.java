package io.xtokenkeeper.webhook;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.xtokenkeeper.account.Account;
import io.xtokenkeeper.account.AccountRepository;
import io.xtokenkeeper.account.LossReason;
import io.xtokenkeeper.account.Status;
import io.xtokenkeeper.audit.AuditEventType;
import io.xtokenkeeper.consent.ConsentLink;
import io.xtokenkeeper.consent.ConsentLinkService;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.encryption.WebhookSigner;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Optional;

/**
 * Builds the signed message of a delivery. The body is built again for each attempt, so that it has the current username,
 * and a consent link that still works after a day of attempts. The body is not stored.
 */
@Singleton
class PayloadFactory {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final AccountRepository accounts;
    private final ConsentLinkService links;

    PayloadFactory(AccountRepository accounts, ConsentLinkService links) {
        this.accounts = accounts;
        this.links = links;
    }

    Message create(DueDelivery delivery, Instant now) {
        var body = JSON.createObjectNode()
                .put("type", delivery.type())
                .put("timestamp", delivery.occurredAt().toString());
        var data = body.putObject("data");
        delivery.reference().ifPresent(reference -> data.put("reference", reference));
        delivery.link().ifPresent(link -> data.put("link", link));
        if (delivery.type().equals(AuditEventType.CONSENT_LINK_ENDED.word())) {
            linkEnded(data, delivery, now);
        } else {
            delivery.account().ifPresent(account -> account(data, account, lost(delivery.type()), now));
            delivery.detail().ifPresent(detail -> data.put("detail", detail));
        }
        var text = body.toString();
        return new Message(
                delivery.id(), now, WebhookSigner.header(delivery.secrets(), delivery.id(), now, text), text);
    }

    /** The detail of the event is the status; after a colon follows the error, if there is one. */
    private void linkEnded(ObjectNode data, DueDelivery delivery, Instant now) {
        var detail = delivery.detail().orElse("").split(": ", 2);
        data.put("status", detail[0]);
        if (detail.length > 1) {
            data.put("error", detail[1]);
        }
        delivery.account()
                .filter(account -> detail[0].equals(ConsentLink.Status.CONNECTED.name()))
                .ifPresent(account -> account(data, account, Optional.empty(), now));
    }

    private void account(ObjectNode data, AccountId id, Optional<LossReason> lost, Instant now) {
        var account = accounts.byId(id);
        data.put("account", id.value());
        data.put("username", account.flatMap(Account::username).orElse(null));
        account.map(Account::references)
                .filter(references -> !references.isEmpty())
                .ifPresent(references -> references.forEach(data.putArray("references")::add));
        lost.ifPresent(reason -> {
            data.put("reason", reason.name());
            data.put("consent_link", link(account, now).orElse(null));
        });
    }

    /** Empty if no consent is needed any more: the user has consented again meanwhile, or the account was deleted. */
    private Optional<String> link(Optional<Account> account, Instant now) {
        return account.filter(found -> found.status() instanceof Status.NeedsConsent)
                .map(found -> links.longLivedUrl(found.id(), now).toString());
    }

    private static Optional<LossReason> lost(String type) {
        if (type.equals(AuditEventType.ACCOUNT_NEEDS_CONSENT.word())) {
            return Optional.of(LossReason.REJECTED_BY_X);
        }
        return type.equals(AuditEventType.ACCOUNT_LOST.word())
                ? Optional.of(LossReason.LOST_IN_FLIGHT)
                : Optional.empty();
    }
}
