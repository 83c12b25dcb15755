package io.xtokenkeeper.encryption;

import io.xtokenkeeper.domain.Secret;
import java.security.GeneralSecurityException;

/**
 * Wraps and unwraps data keys; configured outside the database. A replica calls it once per data key, when it loads, adds or
 * re-wraps that key, so an implementation may call a KMS over the network.
 */
public interface MasterKey {
    /**
     * Creates a master key of 32 bytes in the memory of this process.
     *
     * @throws IllegalArgumentException unless {@code base64} is 32 bytes in base64
     */
    static MasterKey of(Secret base64) {
        return LocalMasterKey.of(base64);
    }

    /** Identifies the master key; not secret. Stored beside each key that this one wrapped. */
    String id();

    /**
     * Encrypts a data key.
     *
     * @param associated the associated data (AAD); the same bytes are required to unwrap
     */
    byte[] wrap(byte[] dataKey, byte[] associated);

    /**
     * Decrypts a data key.
     *
     * @throws GeneralSecurityException if the bytes were changed, or wrapped with another key or other associated data
     */
    byte[] unwrap(byte[] wrapped, byte[] associated) throws GeneralSecurityException;
}
