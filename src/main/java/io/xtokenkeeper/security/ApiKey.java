package io.xtokenkeeper.security;

import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.Secret;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * An API key without its secret, of which only the SHA-256 is stored. A revoked key is not deleted, so that audit events can
 * still refer to it.
 */
@Entity
public class ApiKey {
    @Id
    private String id;

    private String name;
    private byte[] sha256;
    private String[] rights;
    private String[] accounts;
    private Instant createdAt;
    private Instant expiresAt;
    private Instant revokedAt;
    private Instant lastUsedAt;

    protected ApiKey() {}

    /**
     * @param rights its permissions, some of {@code read}, {@code token}, {@code manage}
     * @param accounts the only accounts it is valid for; empty for all
     */
    ApiKey(
            String id,
            String name,
            Secret secret,
            Collection<String> rights,
            Optional<Set<AccountId>> accounts,
            Instant createdAt,
            Optional<Instant> expiresAt) {
        this.id = id;
        this.name = name;
        this.sha256 = secret.sha256();
        this.rights = rights.stream().sorted().toArray(String[]::new);
        this.accounts = accounts.map(
                        some -> some.stream().map(AccountId::value).sorted().toArray(String[]::new))
                .orElse(null);
        this.createdAt = createdAt;
        this.expiresAt = expiresAt.orElse(null);
    }

    public String id() {
        return id;
    }

    public String name() {
        return name;
    }

    String sha256() {
        return HexFormat.of().formatHex(sha256);
    }

    public Set<String> rights() {
        return new TreeSet<>(Arrays.asList(rights));
    }

    public Optional<Set<AccountId>> accounts() {
        return Optional.ofNullable(accounts)
                .map(some -> Arrays.stream(some).map(AccountId::new).collect(Collectors.toUnmodifiableSet()));
    }

    public Instant createdAt() {
        return createdAt;
    }

    public Optional<Instant> expiresAt() {
        return Optional.ofNullable(expiresAt);
    }

    public Optional<Instant> revokedAt() {
        return Optional.ofNullable(revokedAt);
    }

    public Optional<Instant> lastUsedAt() {
        return Optional.ofNullable(lastUsedAt);
    }

    public boolean isGood(Instant now) {
        return revokedAt == null && (expiresAt == null || now.isBefore(expiresAt));
    }

    public boolean isFor(AccountId account) {
        return accounts == null || Arrays.asList(accounts).contains(account.value());
    }
}
