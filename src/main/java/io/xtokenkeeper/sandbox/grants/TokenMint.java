package io.xtokenkeeper.sandbox.grants;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Base64;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Creates tokens of X's format, base64url of {@code <45 characters>:<ms epoch>:1:<0|1>:<ac|at|rt>:1}, and parses them. The
 * 45 characters are the claims, scrambled with a key of this mint, and a checksum. So no token is stored, and even a token
 * that was spent long ago is recognized. Sufficient to reject tokens that this mint did not create; not cryptographically
 * secure.
 */
public final class TokenMint {
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final byte[] ALPHABET =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".getBytes(ISO_8859_1);
    private static final byte[] VALUES = valuesOf(ALPHABET);
    private static final int TOKEN_LENGTH = 91;
    private static final int WORD = 11;
    private static final int RANDOM_PART = 45;
    private static final int MILLIS = 13;
    private static final int KIND = 64;
    private static final int PLAIN_LENGTH = 68;

    private final long[] key;

    public TokenMint(RandomGenerator random) {
        key = random.longs(4).toArray();
    }

    public String mint(TokenClaims claims) {
        long kind = kindKey(claims.kind());
        long place = scramble(((long) claims.grant() << 32 | (claims.generation() & 0xffffffffL)) ^ key[0] ^ kind);
        long life = scramble(claims.lifeSeconds() ^ place ^ key[1]);
        long check = scramble(place ^ Long.rotateLeft(life, 17) ^ claims.issuedAtMillis() ^ key[2]);
        long more = scramble(check + life + key[3]);
        byte[] plain = new byte[PLAIN_LENGTH];
        putWord(plain, 0, place);
        putWord(plain, WORD, life);
        putWord(plain, 2 * WORD, check);
        putWord(plain, 3 * WORD, more);
        plain[RANDOM_PART - 1] = ALPHABET[(int) ((place ^ more) & 63)];
        plain[RANDOM_PART] = ':';
        putMillis(plain, claims.issuedAtMillis());
        String tail = ":1:" + (claims.generation() == 0 ? '1' : '0') + ':'
                + claims.kind().word() + ":1";
        for (int i = 0; i < tail.length(); i++) {
            plain[RANDOM_PART + 1 + MILLIS + i] = (byte) tail.charAt(i);
        }
        return new String(ENCODER.encode(plain), ISO_8859_1);
    }

    /** Empty unless this mint created exactly this token. */
    public Optional<TokenClaims> read(String token) {
        byte[] plain = decode(token);
        if (plain.length != PLAIN_LENGTH) {
            return Optional.empty();
        }
        return TokenClaims.Kind.of(new String(plain, KIND, 2, ISO_8859_1))
                .map(kind -> claims(kind, plain))
                .filter(claims -> mint(claims).equals(token));
    }

    private TokenClaims claims(TokenClaims.Kind kind, byte[] plain) {
        long place = word(plain, 0);
        long grantAndGeneration = unscramble(place) ^ key[0] ^ kindKey(kind);
        long life = unscramble(word(plain, WORD)) ^ place ^ key[1];
        return new TokenClaims(
                kind, (int) (grantAndGeneration >>> 32), (int) grantAndGeneration, millis(plain), (int) life);
    }

    /** Makes the tokens of a pair differ. */
    private static long kindKey(TokenClaims.Kind kind) {
        return scramble(kind.word().hashCode());
    }

    private static byte[] decode(String token) {
        if (token.length() != TOKEN_LENGTH) {
            return new byte[0];
        }
        try {
            return Base64.getUrlDecoder().decode(token);
        } catch (IllegalArgumentException notBase64) {
            return new byte[0];
        }
    }

    private static void putWord(byte[] plain, int at, long value) {
        for (int i = 0; i < WORD; i++) {
            plain[at + i] = ALPHABET[(int) (value >>> (6 * i) & 63)];
        }
    }

    private static long word(byte[] plain, int at) {
        long value = 0;
        for (int i = 0; i < WORD; i++) {
            value |= (long) VALUES[plain[at + i] & 0x7f] << (6 * i);
        }
        return value;
    }

    private static void putMillis(byte[] plain, long millis) {
        long left = millis;
        for (int i = MILLIS; i > 0; i--) {
            plain[RANDOM_PART + i] = (byte) ('0' + left % 10);
            left /= 10;
        }
    }

    private static long millis(byte[] plain) {
        long value = 0;
        for (int i = 1; i <= MILLIS; i++) {
            value = value * 10 + (plain[RANDOM_PART + i] - '0');
        }
        return value;
    }

    /** Bijective, so that {@link #unscramble} can invert it: xor-shifts and odd factors, as in many hash finalizers. */
    private static long scramble(long value) {
        long z = (value ^ value >>> 32) * 0x9e3779b97f4a7c15L;
        z = (z ^ z >>> 32) * 0xd1342543de82ef95L;
        return z ^ z >>> 32;
    }

    private static long unscramble(long value) {
        long z = (value ^ value >>> 32) * inverse(0xd1342543de82ef95L);
        z = (z ^ z >>> 32) * inverse(0x9e3779b97f4a7c15L);
        return z ^ z >>> 32;
    }

    /** The inverse of an odd number, modulo 2^64, by Newton's iteration: each round doubles the number of correct bits. */
    private static long inverse(long odd) {
        long x = odd;
        for (int round = 0; round < 6; round++) {
            x *= 2 - odd * x;
        }
        return x;
    }

    private static byte[] valuesOf(byte[] alphabet) {
        byte[] values = new byte[128];
        for (byte i = 0; i < alphabet.length; i++) {
            values[alphabet[i]] = i;
        }
        return values;
    }
}
