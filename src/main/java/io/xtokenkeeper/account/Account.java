package io.xtokenkeeper.account;

import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.encryption.Ciphertext;
import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.OrderBy;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hibernate.annotations.Fetch;
import org.hibernate.annotations.FetchMode;
import org.hibernate.annotations.Immutable;

/**
 * An X user who consented, with the grant; the tokens are encrypted for this row. Hibernate only reads it. SQL statements
 * change it, because each change must check the row's lease, fencing token, refresh token or time of consent in the same
 * statement.
 */
@Entity
@Immutable
@SuppressWarnings("UnusedVariable") // the whole row is mapped, so that tests can validate it against the schema
public class Account {
    /** X documents refresh tokens as "valid for about 6 months"; this is a little less. */
    private static final Duration REFRESH_TOKEN_LIFE = Duration.ofDays(180);

    @Id
    private String id;

    private String username;
    private String name;
    private String pictureUrl;
    private String profileProblem;
    private String status;
    private String statusReason;
    private String scope;
    private Ciphertext accessToken;
    private Ciphertext refreshToken;
    private String refreshFingerprint;
    private Instant accessExpiresAt;
    private Instant refreshedAt;
    private Instant nextRefreshAt;
    private int failures;
    private String errorReason;
    private String errorDetail;
    private Instant errorAt;
    private long fence;
    private String leaseOwner;
    private Instant leaseUntil;
    private String attemptFingerprint;
    private Instant attemptStartedAt;
    private Instant connectedAt;
    private String importedFingerprint;
    private Instant forcedAt;
    private Instant claimedAt;
    private int profileTries;
    private Instant profileNextTryAt;
    private String resolvedId;

    /** The callers' own ids for the user. {@link AccountReferences} changes them. */
    @ElementCollection(fetch = FetchType.EAGER)
    @CollectionTable(name = "account_reference", joinColumns = @JoinColumn(name = "account_id"))
    @Column(name = "reference")
    @OrderBy
    @Fetch(FetchMode.SUBSELECT)
    @Immutable
    private Set<String> references = new LinkedHashSet<>();

    protected Account() {}

    public AccountId id() {
        return new AccountId(id);
    }

    /** The callers' own ids for the user, in their order as text. */
    public List<String> references() {
        return List.copyOf(references);
    }

    public Optional<String> username() {
        return Optional.ofNullable(username);
    }

    public Optional<String> name() {
        return Optional.ofNullable(name);
    }

    public Optional<String> pictureUrl() {
        return Optional.ofNullable(pictureUrl);
    }

    /** Returns why the X user is unknown; empty if X returned the profile. */
    public Optional<String> profileProblem() {
        return Optional.ofNullable(profileProblem);
    }

    public Status status() {
        return statusReason == null ? new Status.Active() : new Status.NeedsConsent(LossReason.valueOf(statusReason));
    }

    public Scopes scope() {
        return Scopes.of(scope);
    }

    /** Empty for an imported grant without a known expiry that was never refreshed here. */
    public Optional<Instant> accessExpiresAt() {
        return Optional.ofNullable(accessExpiresAt);
    }

    /**
     * When X issued the account's last access token. For an imported grant derived from the token's expiry, or the time
     * of the import.
     */
    public Instant refreshedAt() {
        return refreshedAt;
    }

    public Instant nextRefreshAt() {
        return nextRefreshAt;
    }

    public Optional<LastError> lastError() {
        return Optional.ofNullable(errorReason).map(reason -> new LastError(reason, errorDetail, errorAt));
    }

    public Instant refreshTokenGoodUntil() {
        return refreshedAt.plus(REFRESH_TOKEN_LIFE);
    }

    /** When the user last consented, or when the grant was imported. */
    public Instant connectedAt() {
        return connectedAt;
    }

    /** Failed attempts to refresh since X last issued an access token. */
    public int failures() {
        return failures;
    }

    /** When the refresh began that is in flight or whose outcome is unknown; empty if there is none. */
    public Optional<Instant> unansweredSince() {
        return Optional.ofNullable(attemptStartedAt);
    }
}
