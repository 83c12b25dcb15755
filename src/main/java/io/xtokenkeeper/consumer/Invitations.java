package io.xtokenkeeper.consumer;

import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.vault.ConsentLink;
import io.xtokenkeeper.vault.ConsentLinkRequest;
import io.xtokenkeeper.vault.ConsentLinks;
import io.xtokenkeeper.web.Origin;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Instant;

/** Consent links as addresses that can be sent to a person. */
@Singleton
class Invitations {
    private final ConsentLinks links;
    private final Origin origin;

    Invitations(ConsentLinks links, Origin origin) {
        this.links = links;
        this.origin = origin;
    }

    record Invitation(URI url, Instant expiresAt) {}

    Invitation create(ConsentLinkRequest request, Instant now) {
        return invitation(links.create(request, now));
    }

    /** The one that stands for this account already, or a new one: asking often makes no more of them. */
    URI standing(AccountId account, Instant now) {
        return invitation(links.openFor(account, now)).url();
    }

    private Invitation invitation(ConsentLink link) {
        var url = origin.value() + "/oauth/authorize?link=" + link.token().reveal();
        return new Invitation(URI.create(url), link.expiresAt());
    }
}
