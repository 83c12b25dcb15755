package io.xtokenkeeper.account;

import io.xtokenkeeper.domain.AccessToken;
import io.xtokenkeeper.domain.RefreshToken;
import io.xtokenkeeper.encryption.Ciphertext;
import io.xtokenkeeper.encryption.DecryptionException;
import io.xtokenkeeper.encryption.EncryptionContext;
import io.xtokenkeeper.encryption.EnvelopeCipher;
import jakarta.inject.Singleton;

/** Encrypts tokens for a row of a table, and decrypts them for the same row only. */
@Singleton
public class TokenEncryption {
    private final EnvelopeCipher cipher;

    public TokenEncryption(EnvelopeCipher cipher) {
        this.cipher = cipher;
    }

    /** False if the database has no data key that can be used: no refresh should begin, and {@link #encrypt} fails. */
    public boolean isPossible() {
        return cipher.canEncrypt();
    }

    public byte[] encrypt(String table, String row, AccessToken token) {
        return cipher.encrypt(token.value(), access(table, row)).bytes();
    }

    public byte[] encrypt(String table, String row, RefreshToken token) {
        return cipher.encrypt(token.value(), refresh(table, row)).bytes();
    }

    /** For a token that X has just issued, and that exists nowhere else: never fails. */
    public byte[] encryptIssued(String table, String row, AccessToken token) {
        return cipher.encryptIrreplaceable(token.value(), access(table, row)).bytes();
    }

    /** For a token that X has just issued, and that exists nowhere else: never fails. */
    public byte[] encryptIssued(String table, String row, RefreshToken token) {
        return cipher.encryptIrreplaceable(token.value(), refresh(table, row)).bytes();
    }

    /** @throws DecryptionException if it cannot be decrypted */
    public AccessToken decryptAccess(String table, String row, byte[] ciphertext) {
        return new AccessToken(cipher.decrypt(new Ciphertext(ciphertext), access(table, row)));
    }

    /** @throws DecryptionException if it cannot be decrypted */
    public RefreshToken decryptRefresh(String table, String row, byte[] ciphertext) {
        return new RefreshToken(cipher.decrypt(new Ciphertext(ciphertext), refresh(table, row)));
    }

    private static EncryptionContext access(String table, String row) {
        return new EncryptionContext(table, row, "access_token");
    }

    private static EncryptionContext refresh(String table, String row) {
        return new EncryptionContext(table, row, "refresh_token");
    }
}
