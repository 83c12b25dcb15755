package io.xtokenkeeper.consent;

import io.xtokenkeeper.audit.AuditEventType;
import io.xtokenkeeper.audit.AuditTrail;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.Reference;
import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.domain.Secret;
import io.xtokenkeeper.encryption.DecryptionException;
import io.xtokenkeeper.encryption.EncryptionContext;
import io.xtokenkeeper.encryption.EnvelopeCipher;
import io.xtokenkeeper.http.PublicBaseUrl;
import io.xtokenkeeper.persistence.DatabaseAccess;
import io.xtokenkeeper.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Creates, finds and withdraws consent links: one-time links that are sent to a user. A link is used up when a consent
 * <em>completes</em>, not when it is opened: messengers open links for a preview, and users cancel and come back.
 */
@ApplicationScoped
@DatabaseAccess
public class ConsentLinkService {
    private static final Logger LOG = Logger.getLogger(ConsentLinkService.class);
    private static final String TABLE = "consent_link";
    private static final int TOKEN_BYTES = 32;
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration HOUR = Duration.ofHours(1);

    private final ConsentLinkRepository links;
    private final EnvelopeCipher cipher;
    private final PublicBaseUrl publicUrl;
    private final ConsentLinkAuditor auditor;
    private final AuditTrail trail;

    ConsentLinkService(
            ConsentLinkRepository links,
            EnvelopeCipher cipher,
            PublicBaseUrl publicUrl,
            ConsentLinkAuditor auditor,
            AuditTrail trail) {
        this.links = links;
        this.cipher = cipher;
        this.publicUrl = publicUrl;
        this.auditor = auditor;
        this.trail = trail;
    }

    /**
     * The URLs of a consent link and their expiry.
     *
     * @param url starts the consent immediately
     * @param page first shows which application requests which access, and why
     */
    public record Urls(LinkId id, URI url, URI page, Instant expiresAt) {}

    /** Creates a link for a caller, and records an audit event with the caller as actor. */
    @Transactional
    public Urls create(ConsentLinkRequest request, Caller caller, Instant now) {
        var created = create(request, now);
        trail.record(caller.doing(
                        AuditEventType.CONSENT_LINK_CREATED,
                        request.expectedUser(),
                        "good until " + created.expiresAt())
                .through(
                        request.reference().map(Reference::value),
                        Optional.of(created.id().hex())));
        return created;
    }

    private Urls create(ConsentLinkRequest request, Instant now) {
        var token = Secret.random(TOKEN_BYTES);
        var id = LinkId.of(token);
        var link = new ConsentLink(id, cipher.encrypt(token, encryptionContext(id)), request, now);
        links.create(link, now);
        return urls(id, token, link.expiresAt());
    }

    /**
     * The URL of an open link for this account that is valid for at least another hour, or of a new one valid for a day.
     * Repeated calls do not create more links.
     *
     * @param scopes what it asks for in addition to what the account holds; empty for the configured scopes
     */
    public URI shortLivedUrl(AccountId account, Optional<Scopes> scopes, Instant now) {
        return reuseOrCreate(account, scopes, DAY, HOUR, now).url();
    }

    /** The URL of a link that is valid for at least six days, for a user who will open it later. */
    public URI longLivedUrl(AccountId account, Instant now) {
        return reuseOrCreate(account, Optional.empty(), DAY.multipliedBy(7), DAY.multipliedBy(6), now)
                .url();
    }

    private Urls reuseOrCreate(
            AccountId user, Optional<Scopes> scopes, Duration life, Duration leastLeft, Instant now) {
        return links.openFor(user, scopes, now.plus(leastLeft))
                .flatMap(this::urls)
                .orElseGet(() -> create(ConsentLinkRequest.of(life, user, scopes), now));
    }

    /** The URLs of a link; empty if its token cannot be decrypted. */
    public Optional<Urls> urls(ConsentLink link) {
        try {
            return Optional.of(
                    urls(link.id(), cipher.decrypt(link.token(), encryptionContext(link.id())), link.expiresAt()));
        } catch (DecryptionException e) {
            LOG.warnf("Cannot show a consent link: %s", e.getMessage());
            return Optional.empty();
        }
    }

    private Urls urls(LinkId id, Secret token, Instant expiresAt) {
        var shown = token.reveal();
        return new Urls(
                id,
                URI.create(publicUrl.value() + "/oauth/authorize?link=" + shown),
                URI.create(publicUrl.value() + "/connect/" + shown),
                expiresAt);
    }

    /** The current state of the link with this token. */
    ConsentLinkLookup find(Secret token, Instant now) {
        return links.byId(LinkId.of(token)).map(link -> link.asOf(now)).orElseGet(ConsentLinkLookup.Unknown::new);
    }

    /**
     * Withdraws a link, so that it does not work any more; a consent that is in flight with it is refused. Returns false if
     * it was used or withdrawn before.
     */
    @Transactional
    public boolean withdraw(ConsentLink link, Caller caller, Instant now) {
        var withdrawn = links.withdraw(link.id(), now);
        if (withdrawn) {
            auditor.withdrawn(link, caller);
        }
        return withdrawn;
    }

    /** The link as it is now. */
    ConsentLink reload(ConsentLink link) {
        return links.byId(link.id()).orElse(link);
    }

    /** Records that the user said no on our own page. */
    @Transactional
    void decline(ConsentLink link, Optional<String> address, Instant now) {
        end(link, ConsentLink.Status.DECLINED, Optional.empty(), address, now);
    }

    /**
     * Records that a consent with the link ended without a connection. The link can be used again.
     *
     * @param status {@code DECLINED} or {@code FAILED}
     */
    @Transactional
    void end(
            ConsentLink link,
            ConsentLink.Status status,
            Optional<String> error,
            Optional<String> address,
            Instant now) {
        if (links.end(link.id(), status, error, now)) {
            auditor.ended(link, status, error, address);
        }
    }

    /**
     * Records that a consent with the link failed, unless the link has an outcome already: a callback with an expired state
     * can be repeated any number of times, and must not be recorded each time.
     */
    @Transactional
    void failFirst(ConsentLink link, String error, Optional<String> address, Instant now) {
        var reason = Optional.of(error);
        if (links.endFirst(link.id(), ConsentLink.Status.FAILED, reason, now)) {
            auditor.ended(link, ConsentLink.Status.FAILED, reason, address);
        }
    }

    private static EncryptionContext encryptionContext(LinkId id) {
        return new EncryptionContext(TABLE, id.hex(), "link");
    }
}
