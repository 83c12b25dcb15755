package io.xtokenkeeper.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.xtokenkeeper.domain.Secret;
import io.xtokenkeeper.testkit.MemoryDataKeys;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyRingTest {
    private static final String OLD_TEXT = "b2xkLW9sZC1vbGQtb2xkLW9sZC1vbGQtb2xkLW9sZC0=";
    private static final String NEW_TEXT = "bmV3LW5ldy1uZXctbmV3LW5ldy1uZXctbmV3LW5ldy0=";
    private static final MasterKey OLD = MasterKey.of(Secret.of(OLD_TEXT));
    private static final MasterKey NEW = MasterKey.of(Secret.of(NEW_TEXT));
    private static final EncryptionContext HERE = new EncryptionContext("account", "1", "refresh_token");
    private static final Secret TOKEN = Secret.of("a token");

    private final MemoryDataKeys store = new MemoryDataKeys();

    private EnvelopeCipher cipher(MasterKey master) {
        return new EnvelopeCipher(KeyRing.load(store, master, Optional.empty()));
    }

    @Test
    void theFirstKeyIsMadeOnce() {
        var sealed = cipher(OLD).encrypt(TOKEN, HERE);
        assertThat(cipher(OLD).decrypt(sealed, HERE)).isEqualTo(TOKEN);
        assertThat(store.all()).hasSize(1);
    }

    @Test
    void replicasThatStartTogetherShareTheFirstKey() throws Exception {
        var barrier = new CyclicBarrier(16);
        try (var threads = Executors.newFixedThreadPool(16)) {
            var rings = threads.invokeAll(IntStream.range(0, 16)
                    .<java.util.concurrent.Callable<EnvelopeCipher>>mapToObj(i -> () -> {
                        barrier.await();
                        return cipher(OLD);
                    })
                    .toList());
            var sealed = rings.getFirst().get().encrypt(TOKEN, HERE);
            for (var ring : rings) {
                assertThat(ring.get().decrypt(sealed, HERE)).isEqualTo(TOKEN);
            }
        }
        assertThat(store.all()).hasSize(1);
    }

    @Test
    void aWrongMasterKeyIsNamedBesideTheRightOneAndNeitherIsShown() {
        cipher(OLD);
        assertThatExceptionOfType(WrongMasterKeyException.class)
                .isThrownBy(() -> cipher(NEW))
                .satisfies(wrong -> assertThat(wrong.getMessage())
                        .contains("with master key " + OLD.id())
                        .contains("KEEPER_MASTER_KEY is key " + NEW.id())
                        .doesNotContain(OLD_TEXT, NEW_TEXT, "old-old", "new-new", hex(OLD_TEXT), hex(NEW_TEXT)));
    }

    private static String hex(String base64) {
        return HexFormat.of().formatHex(Base64.getDecoder().decode(base64)).substring(0, 16);
    }

    @Test
    void withThePreviousMasterKeyAllDataKeysAreRewrapped() {
        var sealed = cipher(OLD).encrypt(TOKEN, HERE);
        store.add(KeyRing.load(store, OLD, Optional.empty()).generate());
        var youngest = cipher(OLD).encrypt(TOKEN, HERE);

        KeyRing.load(store, NEW, Optional.of(OLD));

        assertThat(store.all()).hasSize(2).allMatch(key -> key.masterKeyId().equals(NEW.id()));
        assertThat(cipher(NEW).decrypt(sealed, HERE)).isEqualTo(TOKEN);
        assertThat(cipher(NEW).decrypt(youngest, HERE)).isEqualTo(TOKEN);
        assertThatExceptionOfType(WrongMasterKeyException.class).isThrownBy(() -> cipher(OLD));
    }

    @Test
    void aKeyThatAnotherReplicaMakesSealsAfterALook() {
        var ring = KeyRing.load(store, OLD, Optional.empty());
        var first = ring.currentKeyId();
        store.add(KeyRing.load(store, OLD, Optional.empty()).generate());

        assertThat(ring.currentKeyId()).isEqualTo(first);
        ring.reload();

        assertThat(ring.currentKeyId()).isGreaterThan(first);
        assertThat(new EnvelopeCipher(ring).encrypt(TOKEN, HERE))
                .matches(value -> EnvelopeCipher.isUnder(ring.currentKeyId(), value))
                .satisfies(value -> assertThat(cipher(OLD).decrypt(value, HERE)).isEqualTo(TOKEN));
    }

    /** A replica that has not loaded the key yet would have to reload while it uses a connection. */
    @Test
    void aNewKeyDecryptsAtOnceAndEncryptsWhenEveryReplicaHasHadTheTimeToLoadIt() {
        var ring = KeyRing.load(store, OLD, Optional.empty());
        var first = ring.currentKeyId();
        var second = ring.generate();
        store.addYoung(second);

        ring.reload();
        assertThat(ring.currentKeyId()).isEqualTo(first);
        assertThat(KeyRing.load(store, OLD, Optional.empty()).currentKeyId()).isEqualTo(first);
        assertThat(ring.byId(second.id())).hasSize(1);

        store.settle();
        ring.reload();
        assertThat(ring.currentKeyId()).isEqualTo(second.id());
    }

    @Test
    void theVeryFirstKeyEncryptsAtOnce() {
        var memory = new MemoryDataKeys();
        memory.addYoung(new KeyWrapper(OLD, Optional.empty()).wrap(memory.nextId(), new byte[32]));
        assertThat(KeyRing.load(memory, OLD, Optional.empty()).currentKeyId()).isEqualTo(1);
    }

    /** The store after a failover to a standby that had not received the newest key. */
    @Test
    void aKeyThatTheStoreHasForgottenEncryptsNoMoreAndDecryptsOn() {
        var ring = KeyRing.load(store, OLD, Optional.empty());
        var first = ring.currentKeyId();
        store.add(ring.generate());
        ring.reload();
        var forgotten = ring.currentKeyId();
        var sealed = new EnvelopeCipher(ring).encrypt(TOKEN, HERE);

        store.readOnly(true);
        store.drop(forgotten);
        ring.reload();

        assertThat(ring.currentKeyId()).isEqualTo(first);
        assertThat(EnvelopeCipher.isUnder(first, new EnvelopeCipher(ring).encrypt(TOKEN, HERE)))
                .isTrue();
        assertThat(new EnvelopeCipher(ring).decrypt(sealed, HERE)).isEqualTo(TOKEN);
        assertThat(ring.forgotten()).containsExactly(forgotten);
    }

    @Test
    void aKeyThatTheStoreHasForgottenIsWrittenBackAndOpensAfterARestart() {
        var ring = KeyRing.load(store, OLD, Optional.empty());
        store.add(ring.generate());
        ring.reload();
        var forgotten = ring.currentKeyId();
        var sealed = new EnvelopeCipher(ring).encrypt(TOKEN, HERE);

        store.drop(forgotten);
        ring.reload();

        assertThat(ring.currentKeyId()).isEqualTo(forgotten);
        assertThat(ring.forgotten()).isEmpty();
        assertThat(cipher(OLD).decrypt(sealed, HERE)).isEqualTo(TOKEN);
    }

    @Test
    void aStoreThatForgotAllKeysHasNothingEncrypted() {
        var ring = KeyRing.load(store, OLD, Optional.empty());
        store.readOnly(true);
        store.drop(ring.currentKeyId());
        ring.reload();
        var cipher = new EnvelopeCipher(ring);
        assertThatExceptionOfType(DecryptionException.class).isThrownBy(() -> cipher.encrypt(TOKEN, HERE));
        assertThat(cipher.canEncrypt()).isFalse();
    }

    /** X may have issued a token in the same moment. */
    @Test
    void aSecretThatExistsNowhereElseIsEncryptedAllTheSameAndReadableOnceTheKeyIsBack() {
        var ring = KeyRing.load(store, OLD, Optional.empty());
        store.readOnly(true);
        store.drop(ring.currentKeyId());
        ring.reload();

        var encrypted = new EnvelopeCipher(ring).encryptIrreplaceable(TOKEN, HERE);

        store.readOnly(false);
        ring.reload();
        assertThat(new EnvelopeCipher(ring).canEncrypt()).isTrue();
        assertThat(cipher(OLD).decrypt(encrypted, HERE)).isEqualTo(TOKEN);
    }

    @Test
    void anIdThatWasGivenOutAgainIsTheStoresKeyFromThenOn() {
        var ring = KeyRing.load(store, OLD, Optional.empty());
        var second = ring.generate();
        store.add(second);
        ring.reload();
        var before = new EnvelopeCipher(ring).encrypt(TOKEN, HERE);
        var other = new byte[32];
        other[0] = 1;

        store.drop(second.id());
        store.add(new KeyWrapper(OLD, Optional.empty()).wrap(second.id(), other));
        ring.reload();

        var after = new EnvelopeCipher(ring).encrypt(TOKEN, HERE);
        assertThat(EnvelopeCipher.isUnder(second.id(), after)).isTrue();
        assertThat(cipher(OLD).decrypt(after, HERE)).isEqualTo(TOKEN);
        assertThat(new EnvelopeCipher(ring).decrypt(before, HERE))
                .as("while this replica lives")
                .isEqualTo(TOKEN);
        assertThatExceptionOfType(DecryptionException.class)
                .isThrownBy(() -> cipher(OLD).decrypt(before, HERE));
    }

    @Test
    void aKeyThatAnotherReplicaHasWrappedUnderItsNewerMasterKeyGoesOnEncrypting() {
        var ring = KeyRing.load(store, OLD, Optional.empty());
        KeyRing.load(store, NEW, Optional.of(OLD));

        ring.reload();

        assertThat(cipher(NEW).decrypt(new EnvelopeCipher(ring).encrypt(TOKEN, HERE), HERE))
                .isEqualTo(TOKEN);
    }

    @Test
    void aKeyThatDoesNotOpenHereDoesNotKeepTheOthersFromBeingUsed() {
        var ring = KeyRing.load(store, OLD, Optional.empty());
        var sealed = new EnvelopeCipher(ring).encrypt(TOKEN, HERE);
        store.add(new KeyWrapper(NEW, Optional.empty()).wrap(store.nextId(), new byte[32]));
        var broken = ring.generate();
        broken.wrapped()[20] ^= 1;
        store.add(broken);
        var good = ring.generate();
        store.add(good);

        ring.reload();

        assertThat(ring.currentKeyId()).isEqualTo(good.id());
        assertThat(new EnvelopeCipher(ring).decrypt(sealed, HERE)).isEqualTo(TOKEN);
    }

    @Test
    void aKeyDoesNotOpenInTheRowOfAnother() {
        var ring = KeyRing.load(store, OLD, Optional.empty());
        var old = store.all().getFirst();
        var next = ring.generate();
        store.add(new WrappedKey(next.id(), old.wrapped(), old.masterKeyId(), true));

        assertThatExceptionOfType(DecryptionException.class)
                .isThrownBy(() -> cipher(OLD))
                .withMessageContaining("data key " + next.id());
        ring.reload();
        assertThat(ring.currentKeyId()).isEqualTo(old.id());
    }

    @Test
    void aKeyFromBeforeKeysWereBoundToTheirRowsIsBoundWhileItIsTheOnlyOne() {
        var unbound =
                new WrappedKey(store.nextId(), OLD.wrap(new byte[32], KeyWrapper.unbound(OLD.id())), OLD.id(), true);
        store.add(unbound);
        var sealed = cipher(OLD).encrypt(TOKEN, HERE);

        var bound = store.all().getFirst();
        assertThat(bound.wrapped()).isNotEqualTo(unbound.wrapped());
        assertThat(cipher(OLD).decrypt(sealed, HERE)).isEqualTo(TOKEN);

        store.add(KeyRing.load(store, OLD, Optional.empty()).generate());
        store.rewrap(bound, unbound);
        assertThatExceptionOfType(DecryptionException.class).isThrownBy(() -> cipher(OLD));
    }

    @Test
    void thePreviousMasterKeyMayStayConfigured() {
        var sealed = cipher(OLD).encrypt(TOKEN, HERE);
        KeyRing.load(store, NEW, Optional.of(OLD));
        var again = new EnvelopeCipher(KeyRing.load(store, NEW, Optional.of(OLD)));
        assertThat(again.decrypt(sealed, HERE)).isEqualTo(TOKEN);
    }

    @Test
    void aDataKeyWhoseRowWasChangedIsNotUsed() {
        cipher(OLD);
        var wrapped = store.all().getFirst().wrapped();
        wrapped[wrapped.length - 1] ^= 1;
        assertThatExceptionOfType(DecryptionException.class)
                .isThrownBy(() -> cipher(OLD))
                .withMessageContaining("data key 1");
    }

    @Test
    void masterKeysAreToldApartByAnIdThatIsSafeToShow() {
        assertThat(OLD.id()).matches("[0-9a-f]{12}").isNotEqualTo(NEW.id());
        assertThat(MasterKey.of(Secret.of(" " + OLD_TEXT + "\n")).id()).isEqualTo(OLD.id());
        assertThat(OLD).hasToString("MasterKey[" + OLD.id() + "]");
        assertThat(hex(OLD_TEXT)).doesNotContain(OLD.id());
    }

    @ParameterizedTest
    @ValueSource(strings = {"c2hvcnQ=", "not base64 at all!", OLD_TEXT + "AAAA", "%41%41", "b2xkLW9sZC1vbGQtb2xkLW9"})
    void whatIsNoMasterKeyIsRefusedWithoutBeingQuoted(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MasterKey.of(Secret.of(text)))
                .withNoCause()
                .satisfies(refused ->
                        assertThat(refused.getMessage()).startsWith("is ").doesNotContain(text));
    }
}
