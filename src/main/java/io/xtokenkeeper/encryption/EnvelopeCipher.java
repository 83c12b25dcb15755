package io.xtokenkeeper.encryption;

import io.xtokenkeeper.domain.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;

/**
 * Encrypts secrets for the columns they are stored in, with the data keys of a {@link KeyRing}, and decrypts them.
 *
 * <ol>
 *   <li>A value encrypted for one {@link EncryptionContext} cannot be decrypted with another.
 *   <li>A value of which any byte was changed cannot be decrypted.
 *   <li>Each value contains the id of its data key, so keys can be added while values encrypted with older ones stay
 *       readable.
 * </ol>
 */
public final class EnvelopeCipher {
    private static final byte FORMAT = 1;
    private static final int HEADER_BYTES = 1 + Integer.BYTES;

    private final KeyRing ring;

    public EnvelopeCipher(KeyRing ring) {
        this.ring = ring;
    }

    /**
     * Encrypts a secret with the current data key.
     *
     * @throws DecryptionException if no stored data key can be unwrapped
     */
    public Ciphertext encrypt(Secret secret, EncryptionContext context) {
        return encrypt(secret, context, ring.current());
    }

    /**
     * Encrypts a secret that exists nowhere else, and never fails: if no stored data key can be unwrapped, with the key
     * that encrypted before. Whether a process that starts later can decrypt it depends on that key's row being restored.
     */
    public Ciphertext encryptIrreplaceable(Secret secret, EncryptionContext context) {
        return encrypt(secret, context, ring.latest());
    }

    /** False if no stored data key can be unwrapped: nothing should begin that ends with a secret to be encrypted. */
    public boolean canEncrypt() {
        return ring.canEncrypt();
    }

    private static Ciphertext encrypt(Secret secret, EncryptionContext context, KeyRing.Current key) {
        var plain = secret.reveal().getBytes(StandardCharsets.UTF_8);
        return new Ciphertext(AesGcm.encrypt(key.key(), header(key.id()), plain, context.associatedData()));
    }

    /**
     * Encrypts the same secret again with the current data key.
     *
     * @throws DecryptionException if {@code ciphertext} cannot be decrypted
     */
    public Ciphertext reencrypt(Ciphertext ciphertext, EncryptionContext context) {
        return encrypt(decrypt(ciphertext, context), context);
    }

    public static boolean isUnder(int dataKeyId, Ciphertext ciphertext) {
        var header = header(dataKeyId);
        return Arrays.mismatch(header, ciphertext.bytes()) == header.length;
    }

    /** The first five bytes of every value that is encrypted with this data key, and of no other value. */
    public static byte[] header(int dataKeyId) {
        return ByteBuffer.allocate(HEADER_BYTES).put(FORMAT).putInt(dataKeyId).array();
    }

    /**
     * Decrypts a value.
     *
     * @throws DecryptionException if the value was changed or moved, or its data key is not available
     */
    public Secret decrypt(Ciphertext ciphertext, EncryptionContext context) {
        var stored = ciphertext.bytes();
        try {
            if (stored.length <= HEADER_BYTES + AesGcm.NONCE_BYTES || stored[0] != FORMAT) {
                throw new GeneralSecurityException("not in a known format");
            }
            var id = ByteBuffer.wrap(stored).getInt(1);
            var plain = decrypt(id, stored, context);
            return Secret.of(new String(plain, StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new DecryptionException(
                    context.table() + " " + context.row() + ": " + context.column() + " does not open", e);
        }
    }

    private byte[] decrypt(int id, byte[] stored, EncryptionContext context) throws GeneralSecurityException {
        var failure = new GeneralSecurityException("data key " + id + " is not here");
        for (var key : ring.byId(id)) {
            try {
                return AesGcm.decrypt(key, HEADER_BYTES, stored, context.associatedData());
            } catch (GeneralSecurityException e) {
                failure = e;
            }
        }
        throw failure;
    }
}
