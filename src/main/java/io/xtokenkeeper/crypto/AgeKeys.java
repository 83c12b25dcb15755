package io.xtokenkeeper.crypto;

import io.xtokenkeeper.token.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.generators.SCrypt;

/** What the age format, version 1 (C2SP, age.md), derives from what: each from the file key but the key that wraps it. */
final class AgeKeys {
    static final int FILE_KEY_OCTETS = 16;
    static final int SALT_OCTETS = 16;
    static final int NONCE_OCTETS = 16;
    static final int CHUNK_OCTETS = 65_536;
    static final int TAG_OCTETS = 16;
    private static final int KEY_OCTETS = 32;
    private static final int AEAD_NONCE_OCTETS = 12;
    private static final int BLOCK_SIZE = 8;
    private static final String SCRYPT_LABEL = "age-encryption.org/v1/scrypt";
    private static final String HMAC = "HmacSHA256";
    /** One at a time: two would take twice the memory. */
    private static final ReentrantLock TURN = new ReentrantLock();

    private AgeKeys() {}

    /** Takes as much memory as time: 1 KiB times 2 to the power of {@code logCost}. */
    static byte[] wrapKey(Secret passphrase, byte[] salt, int logCost) {
        var salted = join(SCRYPT_LABEL.getBytes(StandardCharsets.US_ASCII), salt);
        var octets = passphrase.reveal().getBytes(StandardCharsets.UTF_8);
        TURN.lock();
        try {
            return SCrypt.generate(octets, salted, 1 << logCost, BLOCK_SIZE, 1, KEY_OCTETS);
        } finally {
            TURN.unlock();
        }
    }

    static byte[] headerMac(byte[] fileKey, byte[] header) {
        return hmac(derive(fileKey, new byte[KEY_OCTETS], "header"), header);
    }

    static byte[] payloadKey(byte[] fileKey, byte[] nonce) {
        return derive(fileKey, nonce, "payload");
    }

    /** ChaCha20-Poly1305 with a nonce of zeros: a wrapping key is used once. */
    static byte[] wrap(byte[] key, byte[] fileKey) {
        try {
            return chaCha(Cipher.ENCRYPT_MODE, key, new byte[AEAD_NONCE_OCTETS], fileKey, fileKey.length);
        } catch (GeneralSecurityException e) {
            throw unusable(e);
        }
    }

    /** @throws GeneralSecurityException where the key is another */
    static byte[] unwrap(byte[] key, byte[] wrapped) throws GeneralSecurityException {
        return chaCha(Cipher.DECRYPT_MODE, key, new byte[AEAD_NONCE_OCTETS], wrapped, wrapped.length);
    }

    static byte[] sealChunk(byte[] key, long number, boolean last, byte[] plain, int length) {
        try {
            return chaCha(Cipher.ENCRYPT_MODE, key, nonce(number, last), plain, length);
        } catch (GeneralSecurityException e) {
            throw unusable(e);
        }
    }

    /** @throws GeneralSecurityException where it was changed, moved, or is not where the file ends */
    static byte[] openChunk(byte[] key, long number, boolean last, byte[] sealed, int length)
            throws GeneralSecurityException {
        return chaCha(Cipher.DECRYPT_MODE, key, nonce(number, last), sealed, length);
    }

    private static byte[] chaCha(int mode, byte[] key, byte[] nonce, byte[] in, int length)
            throws GeneralSecurityException {
        var cipher = Cipher.getInstance("ChaCha20-Poly1305");
        cipher.init(mode, new SecretKeySpec(key, "ChaCha20"), new IvParameterSpec(nonce));
        return cipher.doFinal(in, 0, length);
    }

    /** Eleven octets of counter, one that says whether it is the last chunk. */
    private static byte[] nonce(long number, boolean last) {
        return ByteBuffer.allocate(AEAD_NONCE_OCTETS)
                .putLong(AEAD_NONCE_OCTETS - 1 - Long.BYTES, number)
                .put(AEAD_NONCE_OCTETS - 1, (byte) (last ? 1 : 0))
                .array();
    }

    /** HKDF-SHA-256 (RFC 5869) for as much as one block. */
    private static byte[] derive(byte[] secret, byte[] salt, String info) {
        return hmac(hmac(salt, secret), join(info.getBytes(StandardCharsets.US_ASCII), new byte[] {1}));
    }

    private static byte[] hmac(byte[] key, byte[] text) {
        try {
            var mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw unusable(e);
        }
    }

    private static byte[] join(byte[] one, byte[] other) {
        var both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    private static IllegalStateException unusable(GeneralSecurityException e) {
        return new IllegalStateException("ChaCha20-Poly1305 or HMAC is not usable on this platform", e);
    }
}
