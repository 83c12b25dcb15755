package io.xtokenkeeper.encryption;

import io.xtokenkeeper.domain.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;

/**
 * Seals secrets for a place and opens them there again.
 *
 * <ol>
 *   <li>What was sealed for one place does not open at another.
 *   <li>A changed octet, anywhere, does not open.
 *   <li>Each value names its data key, so keys can be added while values under older ones stay readable.
 * </ol>
 */
public final class EnvelopeCipher {
    private static final byte FORMAT = 1;
    private static final int HEADER_OCTETS = 1 + Integer.BYTES;

    private final KeyRing ring;

    public EnvelopeCipher(KeyRing ring) {
        this.ring = ring;
    }

    /** @throws DecryptionException where the store has no data key that opens here */
    public Ciphertext seal(Secret secret, EncryptionContext place) {
        var current = ring.current();
        var plain = secret.reveal().getBytes(StandardCharsets.UTF_8);
        return new Ciphertext(AesGcm.seal(current.key(), header(current.id()), plain, place.associatedData()));
    }

    /**
     * The same secret under the newest key.
     *
     * @throws DecryptionException where it does not open
     */
    public Ciphertext reseal(Ciphertext sealed, EncryptionContext place) {
        return seal(open(sealed, place), place);
    }

    public static boolean isUnder(int dataKeyId, Ciphertext sealed) {
        var header = header(dataKeyId);
        return Arrays.mismatch(header, sealed.bytes()) == header.length;
    }

    /** What every value under this data key begins with, and no other. */
    public static byte[] header(int dataKeyId) {
        return ByteBuffer.allocate(HEADER_OCTETS).put(FORMAT).putInt(dataKeyId).array();
    }

    /** @throws DecryptionException where the value was changed or moved, or its data key is not here */
    public Secret open(Ciphertext sealed, EncryptionContext place) {
        var octets = sealed.bytes();
        try {
            if (octets.length <= HEADER_OCTETS + AesGcm.NONCE_OCTETS || octets[0] != FORMAT) {
                throw new GeneralSecurityException("not in a known format");
            }
            var id = ByteBuffer.wrap(octets).getInt(1);
            var plain = open(id, octets, place);
            return Secret.of(new String(plain, StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new DecryptionException(
                    place.table() + " " + place.row() + ": " + place.column() + " does not open", e);
        }
    }

    private byte[] open(int id, byte[] octets, EncryptionContext place) throws GeneralSecurityException {
        var failure = new GeneralSecurityException("data key " + id + " is not here");
        for (var key : ring.byId(id)) {
            try {
                return AesGcm.open(key, HEADER_OCTETS, octets, place.associatedData());
            } catch (GeneralSecurityException e) {
                failure = e;
            }
        }
        throw failure;
    }
}
