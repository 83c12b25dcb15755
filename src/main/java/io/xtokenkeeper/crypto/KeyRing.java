package io.xtokenkeeper.crypto;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** The opened data keys. Seals with the newest, opens with the one a value names. */
public final class KeyRing {
    private static final int DATA_KEY_OCTETS = 32;

    private final NavigableMap<Integer, SecretKey> keys;

    private KeyRing(NavigableMap<Integer, SecretKey> keys) {
        this.keys = keys;
    }

    /**
     * Opens the ring with the master key, making the first data key where there is none, and re-wrapping keys that are
     * still under the previous master key.
     *
     * @throws WrongMasterKeyException where a data key is under a master key that was not given
     */
    public static KeyRing open(DataKeyStore store, MasterKey master, Optional<MasterKey> previous) {
        if (store.all().isEmpty()) {
            var fresh = new byte[DATA_KEY_OCTETS];
            new SecureRandom().nextBytes(fresh);
            store.addFirst(master.wrap(fresh, MasterKey.associatedData(master.id())), master.id());
        }
        var opened = new TreeMap<Integer, SecretKey>();
        for (var key : store.all()) {
            opened.put(key.id(), new SecretKeySpec(unwrap(key, store, master, previous), "AES"));
        }
        return new KeyRing(opened);
    }

    private static byte[] unwrap(WrappedKey key, DataKeyStore store, MasterKey master, Optional<MasterKey> previous) {
        var fitting = List.of(Optional.of(master), previous).stream()
                .flatMap(Optional::stream)
                .filter(candidate -> candidate.id().equals(key.masterKeyId()))
                .findFirst()
                .orElseThrow(() -> new WrongMasterKeyException(key.masterKeyId(), master.id()));
        try {
            var plain = fitting.unwrap(key.wrapped(), MasterKey.associatedData(key.masterKeyId()));
            if (!fitting.id().equals(master.id())) {
                var wrapped = master.wrap(plain, MasterKey.associatedData(master.id()));
                store.rewrap(new WrappedKey(key.id(), wrapped, master.id()), key.masterKeyId());
            }
            return plain;
        } catch (GeneralSecurityException e) {
            throw new UnreadableException("data key " + key.id() + " does not open: its row was changed", e);
        }
    }

    int newest() {
        return keys.lastKey();
    }

    Optional<SecretKey> byId(int id) {
        return Optional.ofNullable(keys.get(id));
    }
}
