package io.xtokenkeeper.vault;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.token.Scopes;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;
import org.hibernate.annotations.Immutable;

/** The account row as lists read it: without its sealed columns, and never written through here. */
@Entity
@Immutable
@Table(name = "account")
class AccountEntity extends PanacheEntityBase {
    @Id
    String id;

    String username;
    String name;

    @Column(name = "picture_url")
    String pictureUrl;

    @Column(name = "profile_problem")
    String profileProblem;

    String status;

    @Column(name = "status_reason")
    String statusReason;

    String scope;

    @Column(name = "access_expires_at")
    Instant accessExpiresAt;

    @Column(name = "refreshed_at")
    Instant refreshedAt;

    @Column(name = "next_refresh_at")
    Instant nextRefreshAt;

    @Column(name = "error_reason")
    String errorReason;

    @Column(name = "error_detail")
    String errorDetail;

    @Column(name = "error_at")
    Instant errorAt;

    Account toAccount() {
        return new Account(
                new AccountId(id),
                Optional.ofNullable(username),
                Optional.ofNullable(name),
                Optional.ofNullable(pictureUrl),
                Optional.ofNullable(profileProblem),
                status(),
                Scopes.of(scope),
                Optional.ofNullable(accessExpiresAt),
                refreshedAt,
                nextRefreshAt,
                Optional.ofNullable(errorReason).map(reason -> new LastError(reason, errorDetail, errorAt)));
    }

    private Status status() {
        return statusReason == null ? new Status.Active() : new Status.NeedsConsent(LossReason.valueOf(statusReason));
    }
}
