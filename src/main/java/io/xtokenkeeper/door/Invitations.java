package io.xtokenkeeper.door;

import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.vault.ConsentLink;
import io.xtokenkeeper.vault.ConsentLinkRequest;
import io.xtokenkeeper.vault.ConsentLinks;
import io.xtokenkeeper.web.Origin;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;

/** Consent links as addresses that can be sent to a person. */
@Singleton
public class Invitations {
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration HOUR = Duration.ofHours(1);

    private final ConsentLinks links;
    private final Origin origin;

    Invitations(ConsentLinks links, Origin origin) {
        this.links = links;
        this.origin = origin;
    }

    /**
     * Where the person is to go, and until when.
     *
     * @param url begins the consent at once
     * @param page tells first what is asked, by whom and why
     */
    public record Invitation(URI url, URI page, Instant expiresAt) {}

    public Invitation create(ConsentLinkRequest request, Instant now) {
        return invitation(links.create(request, now));
    }

    /** The one that stands for this account already, or a new one for a day: asking often makes no more of them. */
    public URI standing(AccountId account, Instant now) {
        return invitation(links.openFor(account, DAY, HOUR, now)).url();
    }

    /** One that is good for six days at least, for a person who is not there to open it now. */
    public URI lasting(AccountId account, Instant now) {
        return invitation(links.openFor(account, DAY.multipliedBy(7), DAY.multipliedBy(6), now))
                .url();
    }

    private Invitation invitation(ConsentLink link) {
        var token = link.token().reveal();
        return new Invitation(
                URI.create(origin.value() + "/oauth/authorize?link=" + token),
                URI.create(origin.value() + "/connect/" + token),
                link.expiresAt());
    }
}
