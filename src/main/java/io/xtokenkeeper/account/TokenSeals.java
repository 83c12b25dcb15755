package io.xtokenkeeper.account;

import io.xtokenkeeper.encryption.Ciphertext;
import io.xtokenkeeper.encryption.DecryptionException;
import io.xtokenkeeper.encryption.EnvelopeCipher;
import io.xtokenkeeper.encryption.Place;
import io.xtokenkeeper.token.AccessToken;
import io.xtokenkeeper.token.RefreshToken;
import jakarta.inject.Singleton;

/** Seals tokens for their row of one table, and opens them there. */
@Singleton
public class TokenSeals {
    private final EnvelopeCipher sealer;

    public TokenSeals(EnvelopeCipher sealer) {
        this.sealer = sealer;
    }

    public byte[] seal(String table, String row, AccessToken token) {
        return sealer.seal(token.value(), access(table, row)).bytes();
    }

    public byte[] seal(String table, String row, RefreshToken token) {
        return sealer.seal(token.value(), refresh(table, row)).bytes();
    }

    /** @throws DecryptionException where it does not open */
    public AccessToken openAccess(String table, String row, byte[] sealed) {
        return new AccessToken(sealer.open(new Ciphertext(sealed), access(table, row)));
    }

    /** @throws DecryptionException where it does not open */
    public RefreshToken openRefresh(String table, String row, byte[] sealed) {
        return new RefreshToken(sealer.open(new Ciphertext(sealed), refresh(table, row)));
    }

    private static Place access(String table, String row) {
        return new Place(table, row, "access_token");
    }

    private static Place refresh(String table, String row) {
        return new Place(table, row, "refresh_token");
    }
}
