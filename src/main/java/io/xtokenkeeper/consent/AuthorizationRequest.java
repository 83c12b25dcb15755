package io.xtokenkeeper.consent;

import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.BrowserBinding;
import io.xtokenkeeper.domain.CodeVerifier;
import io.xtokenkeeper.domain.ReturnUrl;
import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.domain.Secret;
import io.xtokenkeeper.encryption.Ciphertext;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/** What is stored of a consent between our redirect to X and X's redirect back (RFC 6749 §4.1.1). */
@Entity
@Table(name = "consent_attempt")
@SuppressWarnings("UnusedVariable") // the whole row is mapped
class AuthorizationRequest {
    @Id
    private byte[] stateHash;

    private byte[] browserHash;
    private Ciphertext verifier;
    private String redirectUri;
    private String scope;
    private String returnTo;
    private String linkId;
    private String expectedUser;
    private Instant createdAt;
    private Instant expiresAt;
    private Instant consumedAt;
    private Instant settledAt;
    private String accountId;
    private boolean popup;

    @Enumerated(EnumType.STRING)
    private StoredOutcome.Kind outcome;

    private String outcomeDetail;

    protected AuthorizationRequest() {}

    AuthorizationRequest(
            Secret state,
            BrowserBinding browser,
            PendingAuthorization authorization,
            Ciphertext verifier,
            Instant now,
            Duration life) {
        this.stateHash = state.sha256();
        this.browserHash = browser.sha256();
        this.verifier = verifier;
        this.redirectUri = authorization.redirectUri().toString();
        this.scope = authorization.scopes().toString();
        this.returnTo = authorization.returnTo().map(ReturnUrl::value).orElse(null);
        this.linkId = authorization.link().map(LinkId::hex).orElse(null);
        this.expectedUser = authorization.expectedUser().map(AccountId::value).orElse(null);
        this.popup = authorization.popup();
        this.createdAt = now;
        this.expiresAt = now.plus(life);
    }

    Ciphertext verifier() {
        return verifier;
    }

    byte[] browserHash() {
        return browserHash;
    }

    Optional<Instant> consumedAt() {
        return Optional.ofNullable(consumedAt);
    }

    /**
     * How the consent ended; empty as long as that is not known. After an erasure it is not told any more: this browser knows
     * the person's id, and must not learn the pseudonym.
     */
    Optional<CallbackOutcome> outcome() {
        var account = Optional.ofNullable(accountId).map(AccountId::new);
        var expected = Optional.ofNullable(expectedUser).map(AccountId::new);
        if (Stream.of(account, expected).flatMap(Optional::stream).anyMatch(AccountId::isPseudonym)) {
            return Optional.of(new CallbackOutcome.StateReplayed());
        }
        return account.<CallbackOutcome>map(id -> new CallbackOutcome.Connected(id, returnTo()))
                .or(() -> Optional.ofNullable(outcome)
                        .map(kind -> new StoredOutcome(kind, Optional.ofNullable(outcomeDetail)).outcome(expected)));
    }

    PendingAuthorization with(CodeVerifier decrypted) {
        return new PendingAuthorization(
                decrypted,
                URI.create(redirectUri),
                scopes(),
                returnTo(),
                link(),
                Optional.ofNullable(expectedUser).map(AccountId::new),
                popup);
    }

    /** As requested. */
    Scopes scopes() {
        return Scopes.of(scope);
    }

    /** The consent link with which it was started. */
    Optional<LinkId> link() {
        return Optional.ofNullable(linkId).map(LinkId::new);
    }

    boolean popup() {
        return popup;
    }

    private Optional<ReturnUrl> returnTo() {
        return Optional.ofNullable(returnTo).map(ReturnUrl::new);
    }
}
