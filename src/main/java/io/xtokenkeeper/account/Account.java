package io.xtokenkeeper.account;

import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.encryption.Ciphertext;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.hibernate.annotations.Immutable;

/**
 * An X user who consented, with the grant: the tokens encrypted for this row. Hibernate only reads it. Its columns are
 * changed by the statements of the refresh protocol alone, each of which holds the row's lease or the token that was spent.
 */
@Entity
@Immutable
@SuppressWarnings("UnusedVariable") // the whole row is mapped, so that tests hold it against the schema
public class Account {
    /** X: a refresh token is "valid for about 6 months"; we count on a little less. */
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

    protected Account() {}

    public AccountId id() {
        return new AccountId(id);
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

    /** Why X did not say who this is; empty where it did. */
    public Optional<String> profileProblem() {
        return Optional.ofNullable(profileProblem);
    }

    public Status status() {
        return statusReason == null ? new Status.Active() : new Status.NeedsConsent(LossReason.valueOf(statusReason));
    }

    public Scopes scope() {
        return Scopes.of(scope);
    }

    /** Empty for an imported grant that was never refreshed here. */
    public Optional<Instant> accessExpiresAt() {
        return Optional.ofNullable(accessExpiresAt);
    }

    /** When X issued the pair that is kept. */
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

    /** When its user last consented, or it was imported. */
    public Instant connectedAt() {
        return connectedAt;
    }

    /** Failed attempts since X last gave a token. */
    public int failures() {
        return failures;
    }

    /** When a refresh token was sent to X whose outcome is unknown yet. */
    public Optional<Instant> unansweredSince() {
        return Optional.ofNullable(attemptStartedAt);
    }
}
