package io.xtokenkeeper.encryption;

/**
 * An encrypted secret as it is stored: format byte, data key id, nonce, ciphertext, tag. It reveals nothing without its data
 * key.
 *
 * @param bytes the value of the column; not copied, must not be changed
 */
@SuppressWarnings("ArrayRecordComponent") // stored and decrypted, never compared
public record Ciphertext(byte[] bytes) {
    @Override
    public String toString() {
        return "Ciphertext[" + bytes.length + " bytes]";
    }
}
