package io.xtokenkeeper.encryption;

/**
 * An encrypted secret as it is stored: format byte, data key id, nonce, ciphertext, tag. Reveals nothing without its key.
 *
 * @param bytes for the column; not copied, not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // stored and decrypted, never compared
public record Ciphertext(byte[] bytes) {
    @Override
    public String toString() {
        return "Ciphertext[" + bytes.length + " bytes]";
    }
}
