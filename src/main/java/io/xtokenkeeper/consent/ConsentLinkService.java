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
 * One-time links that are sent to a person. A link is used up when a consent <em>completes</em>, not when it is opened:
 * messengers open links to preview them, and people cancel and come back.
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
     * Where the person is to go, and until when.
     *
     * @param url begins the consent at once
     * @param page first says what is asked, by whom and why
     */
    public record Invitation(URI url, URI page, Instant expiresAt) {}

    public Invitation create(ConsentLinkRequest request, Instant now) {
        var token = Secret.random(TOKEN_BYTES);
        var id = LinkId.of(token);
        var link = new ConsentLink(id, cipher.seal(token, place(id)), request, now);
        links.create(link, now);
        return invitation(token, link.expiresAt());
    }

    /** The one that stands for this account already, or a new one for a day: asking often makes no more of them. */
    public URI standing(AccountId account, Instant now) {
        return openFor(account, DAY, HOUR, now).url();
    }

    /** One that is good for six days at least, for a person who is not there to open it now. */
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

    /** What a link with this token is good for now. */
    ConsentLinkLookup find(Secret token, Instant now) {
        return links.byId(LinkId.of(token)).map(link -> link.asOf(now)).orElseGet(ConsentLinkLookup.Unknown::new);
    }

    /**
     * Uses the link up, in the caller's transaction. False where another consent was faster. A link that expired since
     * the consent began still counts: the person was let in with it.
     */
    boolean use(LinkId id, Instant now) {
        return links.use(id, now);
    }

    private static EncryptionContext place(LinkId id) {
        return new EncryptionContext(TABLE, id.hex(), "link");
    }
}
