package io.xtokenkeeper.encryption;

import io.xtokenkeeper.domain.Secret;
import java.security.GeneralSecurityException;

/**
 * The key from outside that wraps data keys. It is asked once for each data key when the service starts, and once when a
 * data key is made: an implementation may ask a KMS over the network.
 */
public interface MasterKey {
    /**
     * The key as 32 octets, held in this process.
     *
     * @throws IllegalArgumentException unless {@code base64} is 32 octets in base64
     */
    static MasterKey of(Secret base64) {
        return LocalMasterKey.of(base64);
    }

    /** Tells master keys apart and is safe to show. Stored beside what the key wrapped. */
    String id();

    /** @param associated must be given again to unwrap */
    byte[] wrap(byte[] dataKey, byte[] associated);

    /** @throws GeneralSecurityException where it does not open: changed, or wrapped for something else */
    byte[] unwrap(byte[] wrapped, byte[] associated) throws GeneralSecurityException;
}
