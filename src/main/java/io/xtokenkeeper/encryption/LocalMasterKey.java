package io.xtokenkeeper.encryption;

import io.xtokenkeeper.domain.Secret;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * A master key of 32 bytes in the memory of this process. Its id is the first twelve hexadecimal digits of a SHA-256 hash
 * over the key, from which the key cannot be derived.
 */
final class LocalMasterKey implements MasterKey {
    private static final int BYTES = 32;
    private static final int ID_DIGITS = 12;

    private final SecretKey key;
    private final String id;

    private LocalMasterKey(byte[] bytes) {
        this.key = new SecretKeySpec(bytes, "AES");
        var text = Secret.of("x-token-keeper master key " + HexFormat.of().formatHex(bytes));
        this.id = HexFormat.of().formatHex(text.sha256()).substring(0, ID_DIGITS);
    }

    static LocalMasterKey of(Secret base64) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64.reveal().strip());
        } catch (IllegalArgumentException e) {
            // the cause would quote a character of the key
            throw new IllegalArgumentException("is not base64");
        }
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("is " + bytes.length + " bytes in base64, it must be " + BYTES);
        }
        return new LocalMasterKey(bytes);
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public byte[] wrap(byte[] dataKey, byte[] associated) {
        return AesGcm.encrypt(key, new byte[0], dataKey, associated);
    }

    @Override
    public byte[] unwrap(byte[] wrapped, byte[] associated) throws GeneralSecurityException {
        return AesGcm.decrypt(key, 0, wrapped, associated);
    }

    @Override
    public String toString() {
        return "MasterKey[" + id + "]";
    }
}
