package io.xtokenkeeper.consent;

import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.ReturnUrl;
import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.encryption.Ciphertext;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A one-time link with which a user may consent. Its token is stored as SHA-256 and also encrypted, so that an open link can
 * be displayed again to admins.
 */
@Entity
@SuppressWarnings("UnusedVariable") // the whole row is mapped
class ConsentLink {
    @Id
    private byte[] linkHash;

    private Ciphertext link;
    private String expectedUser;
    private String scope;
    private String returnTo;
    private String purpose;
    private Instant createdAt;
    private Instant expiresAt;
    private Instant usedAt;

    protected ConsentLink() {}

    ConsentLink(LinkId id, Ciphertext token, ConsentLinkRequest request, Instant now) {
        this.linkHash = id.bytes();
        this.link = token;
        this.expectedUser = request.expectedUser().map(AccountId::value).orElse(null);
        this.scope = request.scopes().map(Scopes::toString).orElse(null);
        this.returnTo = request.returnTo().map(ReturnUrl::value).orElse(null);
        this.purpose = request.purpose().orElse(null);
        this.createdAt = now;
        this.expiresAt = now.plus(request.expiresIn());
    }

    LinkId id() {
        return new LinkId(HexFormat.of().formatHex(linkHash));
    }

    Ciphertext token() {
        return link;
    }

    Instant expiresAt() {
        return expiresAt;
    }

    ConsentLinkLookup asOf(Instant now) {
        if (usedAt != null) {
            return new ConsentLinkLookup.Used();
        }
        if (!expiresAt.isAfter(now)) {
            return new ConsentLinkLookup.Expired();
        }
        return new ConsentLinkLookup.Open(
                id(),
                // the user of a pending account is not known yet, so any user is accepted
                Optional.ofNullable(expectedUser).map(AccountId::new).filter(user -> !user.isPending()),
                Optional.ofNullable(scope).map(Scopes::of),
                Optional.ofNullable(returnTo).map(ReturnUrl::new),
                Optional.ofNullable(purpose));
    }
}
