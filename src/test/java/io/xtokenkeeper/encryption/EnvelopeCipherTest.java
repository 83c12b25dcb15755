package io.xtokenkeeper.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.xtokenkeeper.domain.Secret;
import io.xtokenkeeper.testkit.MemoryDataKeys;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeCipherTest {
    private static final String TEXT = "dGhlLXRva2VuLXRoYXQtbm9ib2R5LW1heS1yZWFk";
    private static final Secret TOKEN = Secret.of(TEXT);
    private static final EncryptionContext HERE = new EncryptionContext("account", "2244994945", "refresh_token");

    private final MasterKey master = MasterKey.of(Secret.of(Base64.getEncoder().encodeToString(new byte[32])));
    private final MemoryDataKeys store = new MemoryDataKeys();
    private final EnvelopeCipher cipher = newSealer();

    private EnvelopeCipher newSealer() {
        return new EnvelopeCipher(KeyRing.load(store, master, Optional.empty()));
    }

    private static void assertUnreadable(EnvelopeCipher cipher, byte[] stored, EncryptionContext place) {
        assertThatExceptionOfType(DecryptionException.class)
                .isThrownBy(() -> cipher.decrypt(new Ciphertext(stored), place))
                .satisfies(failure ->
                        assertThat(failure).hasMessageContaining(place.row()).hasStackTraceContaining(place.column()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", TEXT, "ünïcödé ✓ 𝄞", "with\0nul and\nlines"})
    void whatWasSealedOpensAtItsPlace(String text) {
        assertThat(cipher.decrypt(cipher.encrypt(Secret.of(text), HERE), HERE).reveal())
                .isEqualTo(text);
    }

    @Test
    void lengthDoesNotMatter() {
        var longToken = Secret.of("x".repeat(8_192));
        assertThat(cipher.decrypt(cipher.encrypt(longToken, HERE), HERE)).isEqualTo(longToken);
    }

    @Test
    void theSameSecretNeverLooksTheSame() {
        assertThat(cipher.encrypt(TOKEN, HERE).bytes())
                .isNotEqualTo(cipher.encrypt(TOKEN, HERE).bytes());
    }

    @Test
    void nothingOfTheSecretShows() {
        var sealed = cipher.encrypt(TOKEN, HERE);
        assertThat(new String(sealed.bytes(), java.nio.charset.StandardCharsets.ISO_8859_1))
                .doesNotContain(TEXT.substring(0, 8));
        assertThat(sealed).hasToString("Ciphertext[" + sealed.bytes().length + " bytes]");
    }

    @Test
    void notOneBitMayChange() {
        var stored = cipher.encrypt(TOKEN, HERE).bytes();
        for (var bit = 0; bit < stored.length * Byte.SIZE; bit++) {
            var changed = stored.clone();
            changed[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
            assertUnreadable(cipher, changed, HERE);
        }
    }

    @Test
    void notOneOctetMayBeMissingOrAdded() {
        var stored = cipher.encrypt(TOKEN, HERE).bytes();
        for (var length = 0; length < stored.length; length++) {
            assertUnreadable(cipher, Arrays.copyOf(stored, length), HERE);
        }
        assertUnreadable(cipher, Arrays.copyOf(stored, stored.length + 1), HERE);
    }

    @Test
    void aValueMovedToAnotherRowColumnOrTableDoesNotOpenThere() {
        var stored = cipher.encrypt(TOKEN, HERE).bytes();
        assertUnreadable(cipher, stored, new EncryptionContext("account", "2244994946", "refresh_token"));
        assertUnreadable(cipher, stored, new EncryptionContext("account", "2244994945", "access_token"));
        assertUnreadable(cipher, stored, new EncryptionContext("revocation", "2244994945", "refresh_token"));
    }

    @Test
    void twoRowsCannotSwapTheirValues() {
        var there = new EncryptionContext("account", "77", "refresh_token");
        var here = cipher.encrypt(TOKEN, HERE).bytes();
        var other = cipher.encrypt(Secret.of("other"), there).bytes();
        assertUnreadable(cipher, other, HERE);
        assertUnreadable(cipher, here, there);
    }

    @Test
    void thePartsOfAPlaceDoNotRunIntoEachOther() {
        var stored = cipher.encrypt(TOKEN, new EncryptionContext("account", "12", "3"))
                .bytes();
        assertUnreadable(cipher, stored, new EncryptionContext("account", "1", "23"));
        assertUnreadable(cipher, stored, new EncryptionContext("account1", "2", "3"));
    }

    @Test
    void aNewerKeySealsAndOlderOnesStillOpen() {
        var old = cipher.encrypt(TOKEN, HERE);
        store.add(KeyRing.load(store, master, Optional.empty()).generate());

        var next = newSealer();

        assertThat(next.decrypt(old, HERE)).isEqualTo(TOKEN);
        var young = next.encrypt(TOKEN, HERE);
        assertThat(next.decrypt(young, HERE)).isEqualTo(TOKEN);
        assertThat(Arrays.copyOf(young.bytes(), 5)).containsExactly(1, 0, 0, 0, 2);
    }

    @Test
    void aValueUnderAKeyThatAnotherReplicaMadeOpensHereAtOnce() {
        store.add(KeyRing.load(store, master, Optional.empty()).generate());
        var young = newSealer().encrypt(TOKEN, HERE);

        assertThat(cipher.decrypt(young, HERE)).isEqualTo(TOKEN);
    }

    @Test
    void aValueIsSealedAnewForItsPlaceAlone() {
        var old = cipher.encrypt(TOKEN, HERE);
        store.add(KeyRing.load(store, master, Optional.empty()).generate());
        var next = newSealer();

        var reencrypted = next.reencrypt(old, HERE);

        assertThat(EnvelopeCipher.isUnder(1, old)).isTrue();
        assertThat(EnvelopeCipher.isUnder(2, old)).isFalse();
        assertThat(EnvelopeCipher.isUnder(2, reencrypted)).isTrue();
        assertThat(EnvelopeCipher.isUnder(2, new Ciphertext(new byte[0]))).isFalse();
        assertThat(next.decrypt(reencrypted, HERE)).isEqualTo(TOKEN);
        var there = new EncryptionContext("account", "77", "refresh_token");
        assertThatExceptionOfType(DecryptionException.class).isThrownBy(() -> next.reencrypt(old, there));
    }

    @Test
    void aValueWhoseKeyIsGoneIsUnreadableAndOthersAreNot() {
        var old = cipher.encrypt(TOKEN, HERE);
        store.add(KeyRing.load(store, master, Optional.empty()).generate());
        store.drop(1);

        var next = newSealer();

        assertUnreadable(next, old.bytes(), HERE);
        assertThat(next.decrypt(next.encrypt(TOKEN, HERE), HERE)).isEqualTo(TOKEN);
    }

    @Test
    void whatDoesNotOpenSaysWhereAndNeverWhat() {
        var stored = cipher.encrypt(TOKEN, HERE).bytes();
        stored[stored.length - 1] ^= 1;
        assertThatExceptionOfType(DecryptionException.class)
                .isThrownBy(() -> cipher.decrypt(new Ciphertext(stored), HERE))
                .withMessage("account 2244994945: refresh_token does not open")
                .satisfies(failure -> assertThat(failure.getCause().toString()).doesNotContain(TEXT));
    }
}
