package io.xtokenkeeper.consent;

import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.Secret;
import io.xtokenkeeper.encryption.DecryptionException;
import io.xtokenkeeper.encryption.EncryptionContext;
import io.xtokenkeeper.encryption.EnvelopeCipher;
import io.xtokenkeeper.http.PublicBaseUrl;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Creates and finds consent links: one-time links that are sent to a user. A link is used up when a consent
 * <em>completes</em>, not when it is opened: messengers open links for a preview, and users cancel and come back.
 */
@Singleton
public class ConsentLinkService {
    private static final Logger LOG = Logger.getLogger(ConsentLinkService.class);
    private static final String TABLE = "consent_link";
    private static final int TOKEN_BYTES = 32;
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration HOUR = Duration.ofHours(1);

    private final ConsentLinkRepository links;
    private final EnvelopeCipher cipher;
    private final PublicBaseUrl publicUrl;

    ConsentLinkService(ConsentLinkRepository links, EnvelopeCipher cipher, PublicBaseUrl publicUrl) {
        this.links = links;
        this.cipher = cipher;
        this.publicUrl = publicUrl;
    }

    /**
     * The URLs of a consent link and their expiry.
     *
     * @param url starts the consent immediately
     * @param page first shows which application requests which access, and why
     */
    public record Invitation(URI url, URI page, Instant expiresAt) {}

    public Invitation create(ConsentLinkRequest request, Instant now) {
        var token = Secret.random(TOKEN_BYTES);
        var id = LinkId.of(token);
        var link = new ConsentLink(id, cipher.encrypt(token, place(id)), request, now);
        links.create(link, now);
        return invitation(token, link.expiresAt());
    }

    /**
     * The URL of an open link for this account that is valid for at least another hour, or of a new one valid for a day.
     * Repeated calls do not create more links.
     */
    public URI standing(AccountId account, Instant now) {
        return openFor(account, DAY, HOUR, now).url();
    }

    /** The URL of a link that is valid for at least six days, for a user who will open it later. */
    public URI lasting(AccountId account, Instant now) {
        return openFor(account, DAY.multipliedBy(7), DAY.multipliedBy(6), now).url();
    }

    private Invitation openFor(AccountId user, Duration life, Duration leastLeft, Instant now) {
        return links.openFor(user, now.plus(leastLeft))
                .flatMap(this::decrypted)
                .orElseGet(() -> create(ConsentLinkRequest.of(life).expecting(user), now));
    }

    private Optional<Invitation> decrypted(ConsentLink link) {
        try {
            return Optional.of(invitation(cipher.open(link.token(), place(link.id())), link.expiresAt()));
        } catch (DecryptionException e) {
            LOG.warnf("%s; another one is made", e.getMessage());
            return Optional.empty();
        }
    }

    private Invitation invitation(Secret token, Instant expiresAt) {
        var shown = token.reveal();
        return new Invitation(
                URI.create(publicUrl.value() + "/oauth/authorize?link=" + shown),
                URI.create(publicUrl.value() + "/connect/" + shown),
                expiresAt);
    }

    /** The current state of the link with this token. */
    ConsentLinkLookup find(Secret token, Instant now) {
        return links.byId(LinkId.of(token)).map(link -> link.asOf(now)).orElseGet(ConsentLinkLookup.Unknown::new);
    }

    /**
     * Marks the link as used, in the caller's transaction. Returns false if another consent has used it before. A link that
     * expired after the consent was started is still accepted: it was valid at the start.
     */
    boolean use(LinkId id, Instant now) {
        return links.use(id, now);
    }

    private static EncryptionContext place(LinkId id) {
        return new EncryptionContext(TABLE, id.hex(), "link");
    }
}
