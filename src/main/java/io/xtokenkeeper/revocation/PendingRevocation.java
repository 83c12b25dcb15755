package io.xtokenkeeper.revocation;

import io.xtokenkeeper.encryption.Ciphertext;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.Immutable;

/**
 * The row of a {@link Revocation}. Hibernate only reads it; replicas claim and change it with SQL statements, like
 * accounts.
 */
@Entity
@Immutable
@Table(name = "revocation")
@SuppressWarnings("UnusedVariable") // the whole row is mapped, so that tests can validate it against the schema
public class PendingRevocation {
    @Id
    private String id;

    private String accountId;
    private Ciphertext accessToken;
    private Ciphertext refreshToken;
    private Instant createdAt;
    private Instant nextTryAt;
    private int tries;

    protected PendingRevocation() {}
}
