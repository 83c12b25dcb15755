package io.xtokenkeeper.consent;

import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.Reference;
import io.xtokenkeeper.domain.ReturnUrl;
import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.encryption.Ciphertext;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A one-time link with which a user may consent, and what became of it. Its token is stored as SHA-256 and also encrypted,
 * so that an open link can be displayed again to admins.
 */
@Entity
public class ConsentLink {
    @Id
    private byte[] linkHash;

    @Column(insertable = false, updatable = false)
    private Long seq;

    private Ciphertext link;
    private String expectedUser;
    private String scope;
    private String returnTo;
    private String purpose;
    private String reference;
    private String state;
    private String createdBy;
    private Instant createdAt;
    private Instant expiresAt;
    private Instant startedAt;
    private Instant usedAt;
    private Instant endedAt;

    @Enumerated(EnumType.STRING)
    private Status outcome;

    private String error;
    private String accountId;
    private String grantedScope;

    protected ConsentLink() {}

    ConsentLink(LinkId id, Ciphertext token, ConsentLinkRequest request, Instant now) {
        this.linkHash = id.bytes();
        this.link = token;
        this.expectedUser = request.expectedUser().map(AccountId::value).orElse(null);
        this.scope = request.scopes().map(Scopes::toString).orElse(null);
        this.returnTo = request.returnTo().map(ReturnUrl::value).orElse(null);
        this.purpose = request.purpose().orElse(null);
        this.reference = request.reference().map(Reference::value).orElse(null);
        this.state = request.state().orElse(null);
        this.createdBy = request.createdBy().orElse(null);
        this.createdAt = now;
        this.expiresAt = now.plus(request.expiresIn());
    }

    /** What became of a consent link. */
    public enum Status {
        /** The user has not continued to X yet. */
        OPEN,
        /** The user is at X, or did not come back. */
        STARTED,
        /** An account was connected. The link cannot be used again. */
        CONNECTED,
        /** The user said no, here or at X. The link can be used again until it expires. */
        DECLINED,
        /** X or this service ended the consent with an error. The link can be used again until it expires. */
        FAILED,
        /** Not used in time. */
        EXPIRED,
        /** The caller or an admin withdrew the link. */
        WITHDRAWN
    }

    public LinkId id() {
        return new LinkId(HexFormat.of().formatHex(linkHash));
    }

    /** Increases with each link; the position for paging through the list. */
    public long seq() {
        return seq;
    }

    Ciphertext token() {
        return link;
    }

    public Status status(Instant now) {
        if (usedAt != null) {
            return Status.CONNECTED;
        }
        if (outcome != null) {
            return outcome;
        }
        if (!expiresAt.isAfter(now)) {
            return Status.EXPIRED;
        }
        return startedAt == null ? Status.OPEN : Status.STARTED;
    }

    /** Whether a consent can be started with it: also after the user declined, or a consent failed. */
    public boolean isOpen(Instant now) {
        return usedAt == null && outcome != Status.WITHDRAWN && expiresAt.isAfter(now);
    }

    public Optional<AccountId> expectedUser() {
        return Optional.ofNullable(expectedUser).map(AccountId::new);
    }

    /** The scopes that it asks for in addition to those that the account holds; empty for the configured ones. */
    public Optional<Scopes> scopes() {
        return Optional.ofNullable(scope).map(Scopes::of);
    }

    public Optional<ReturnUrl> returnTo() {
        return Optional.ofNullable(returnTo).map(ReturnUrl::new);
    }

    public Optional<String> purpose() {
        return Optional.ofNullable(purpose);
    }

    public Optional<Reference> reference() {
        return Optional.ofNullable(reference).map(Reference::new);
    }

    /** The caller's value that the redirect to {@link #returnTo} gives back. */
    public Optional<String> state() {
        return Optional.ofNullable(state);
    }

    /** The actor as in audit events; empty if the service created the link itself. */
    public Optional<String> createdBy() {
        return Optional.ofNullable(createdBy);
    }

    public Instant createdAt() {
        return createdAt;
    }

    /** When it stops working, or stopped because it was withdrawn. */
    public Instant expiresAt() {
        return expiresAt;
    }

    /** When the user last continued to X. */
    public Optional<Instant> startedAt() {
        return Optional.ofNullable(startedAt);
    }

    /** When it reached its status, unless it is open or started. */
    public Optional<Instant> endedAt() {
        return Optional.ofNullable(endedAt);
    }

    /** Why the consent failed, with X's own words if there are any. */
    public Optional<String> error() {
        return Optional.ofNullable(error);
    }

    /** The account that was connected with it. */
    public Optional<AccountId> account() {
        return Optional.ofNullable(accountId).map(AccountId::new);
    }

    /** The scopes that X granted, which may be fewer than the ones asked for. */
    public Optional<Scopes> grantedScopes() {
        return Optional.ofNullable(grantedScope).map(Scopes::of);
    }

    ConsentLinkLookup asOf(Instant now) {
        if (usedAt != null) {
            return new ConsentLinkLookup.Used();
        }
        if (outcome == Status.WITHDRAWN) {
            return new ConsentLinkLookup.Withdrawn();
        }
        return expiresAt.isAfter(now) ? new ConsentLinkLookup.Open(this) : new ConsentLinkLookup.Expired();
    }
}
