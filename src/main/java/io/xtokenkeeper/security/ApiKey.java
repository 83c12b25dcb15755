package io.xtokenkeeper.security;

import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.PathPattern;
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
import java.util.function.Function;
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
    private String[] refs;
    private String[] methods;
    private String[] paths;
    private Instant createdAt;
    private Instant expiresAt;
    private Instant revokedAt;
    private Instant lastUsedAt;

    protected ApiKey() {}

    ApiKey(String id, Secret secret, NewApiKey wanted, Instant createdAt) {
        this.id = id;
        this.name = wanted.name();
        this.sha256 = secret.sha256();
        this.rights = array(wanted.granted());
        this.accounts = wanted.limits().accounts().map(ApiKey::array).orElse(null);
        this.refs = wanted.limits().references().map(ApiKey::array).orElse(null);
        this.methods = wanted.limits().methods().map(ApiKey::array).orElse(null);
        this.paths = wanted.limits().paths().map(ApiKey::array).orElse(null);
        this.createdAt = createdAt;
        this.expiresAt = wanted.expiresIn().map(createdAt::plus).orElse(null);
    }

    private static String[] array(Collection<?> values) {
        return values.stream().map(Object::toString).sorted().toArray(String[]::new);
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

    /** Its permissions, in alphabetical order. */
    public Set<String> rights() {
        return new TreeSet<>(Arrays.asList(rights));
    }

    public KeyLimits limits() {
        return new KeyLimits(
                set(accounts, AccountId::new),
                set(refs, Function.identity()),
                set(methods, Function.identity()),
                set(paths, PathPattern::new));
    }

    private static <T> Optional<Set<T>> set(String[] values, Function<String, T> type) {
        return Optional.ofNullable(values)
                .map(some -> Arrays.stream(some).map(type).collect(Collectors.toUnmodifiableSet()));
    }

    boolean hasReferences() {
        return refs != null;
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
}
