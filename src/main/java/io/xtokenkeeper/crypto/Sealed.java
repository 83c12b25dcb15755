package io.xtokenkeeper.crypto;

/**
 * A secret as it may be stored: format octet, data key id, nonce, ciphertext, tag. Says nothing without its key.
 *
 * @param octets for the column; not copied, not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // stored and opened, never compared
public record Sealed(byte[] octets) {
    @Override
    public String toString() {
        return "Sealed[" + octets.length + " octets]";
    }
}
