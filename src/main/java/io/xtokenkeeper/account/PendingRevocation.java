package io.xtokenkeeper.account;

import io.xtokenkeeper.encryption.Ciphertext;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.Immutable;

/** A {@link Revocation} as it is stored. Replicas claim it by statements, as they do accounts. */
@Entity
@Immutable
@Table(name = "revocation")
@SuppressWarnings("UnusedVariable") // the whole row is mapped, so that tests hold it against the schema
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
