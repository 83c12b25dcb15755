package io.xtokenkeeper.encryption;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Encrypts and decrypts bytes with AES-256-GCM (NIST SP 800-38D): a random nonce of 96 bits before the ciphertext, a tag of
 * 128 bits after it.
 */
final class AesGcm {
    static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final SecureRandom RANDOM = new SecureRandom();
    /** Looked up once: each lookup searches all security providers. */
    private static final Provider PROVIDER = provider();

    private AesGcm() {}

    private static Provider provider() {
        try {
            return Cipher.getInstance(CIPHER).getProvider();
        } catch (GeneralSecurityException e) {
            throw unusable(e);
        }
    }

    private static IllegalStateException unusable(GeneralSecurityException e) {
        return new IllegalStateException("AES-256-GCM is not usable on this platform", e);
    }

    /**
     * Encrypts {@code plain}. Returns {@code header}, nonce, ciphertext and tag, in this order; {@code associated} is
     * authenticated but not stored.
     */
    static byte[] encrypt(SecretKey key, byte[] header, byte[] plain, byte[] associated) {
        try {
            var nonce = new byte[NONCE_BYTES];
            RANDOM.nextBytes(nonce);
            var cipher = cipher(Cipher.ENCRYPT_MODE, key, nonce, 0, associated);
            var out = ByteBuffer.allocate(header.length + NONCE_BYTES + cipher.getOutputSize(plain.length));
            out.put(header).put(nonce);
            cipher.doFinal(ByteBuffer.wrap(plain), out);
            return out.array();
        } catch (GeneralSecurityException e) {
            throw unusable(e);
        }
    }

    /**
     * Decrypts what {@link #encrypt} returned; the first {@code headerBytes} bytes are skipped.
     *
     * @throws GeneralSecurityException if the ciphertext or {@code associated} was changed, or the key is another one
     */
    static byte[] decrypt(SecretKey key, int headerBytes, byte[] ciphertext, byte[] associated)
            throws GeneralSecurityException {
        var cipher = cipher(Cipher.DECRYPT_MODE, key, ciphertext, headerBytes, associated);
        var start = headerBytes + NONCE_BYTES;
        return cipher.doFinal(ciphertext, start, ciphertext.length - start);
    }

    private static Cipher cipher(int mode, SecretKey key, byte[] nonce, int offset, byte[] associated)
            throws GeneralSecurityException {
        var cipher = Cipher.getInstance(CIPHER, PROVIDER);
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce, offset, NONCE_BYTES));
        cipher.updateAAD(associated);
        return cipher;
    }
}
