package io.xtokenkeeper.testkit;

import io.xtokenkeeper.domain.Secret;
import io.xtokenkeeper.encryption.DataKeyStore;
import io.xtokenkeeper.encryption.EnvelopeCipher;
import io.xtokenkeeper.encryption.KeyRing;
import io.xtokenkeeper.encryption.MasterKey;
import io.xtokenkeeper.encryption.WrappedKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A {@link DataKeyStore} in memory, with the same guarantees. */
public final class MemoryDataKeys implements DataKeyStore {
    private static final String MASTER_KEY = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=";

    private final List<WrappedKey> keys = new ArrayList<>();
    private final Set<Integer> young = new HashSet<>();
    private int lastId;
    private boolean readOnly;

    /** A cipher with a data key of its own: no other cipher decrypts what it encrypts. */
    public static EnvelopeCipher cipher() {
        return new EnvelopeCipher(
                KeyRing.load(new MemoryDataKeys(), MasterKey.of(Secret.of(MASTER_KEY)), Optional.empty()));
    }

    @Override
    public synchronized List<WrappedKey> all() {
        return keys.stream()
                .map(key -> new WrappedKey(key.id(), key.wrapped(), key.masterKeyId(), !young.contains(key.id())))
                .sorted(Comparator.comparing(WrappedKey::id))
                .toList();
    }

    @Override
    public synchronized int nextId() {
        return ++lastId;
    }

    @Override
    public synchronized void addFirst(WrappedKey key) {
        if (keys.isEmpty()) {
            add(key);
        }
    }

    @Override
    public synchronized void restore(WrappedKey key) {
        if (readOnly) {
            throw new IllegalStateException("read only");
        }
        if (keys.stream().noneMatch(kept -> kept.id() == key.id())) {
            add(key);
        }
    }

    /** Makes {@link #restore} fail. */
    public synchronized void readOnly(boolean now) {
        readOnly = now;
    }

    @Override
    public synchronized void rewrap(WrappedKey read, WrappedKey better) {
        keys.replaceAll(
                kept -> kept.id() == read.id() && Arrays.equals(kept.wrapped(), read.wrapped()) ? better : kept);
    }

    /** Adds a key as another replica would. */
    public synchronized void add(WrappedKey key) {
        keys.add(key);
    }

    /** Adds a key that is not settled until {@link #settle}. */
    public synchronized void addYoung(WrappedKey key) {
        add(key);
        young.add(key.id());
    }

    public synchronized void settle() {
        young.clear();
    }

    public synchronized void drop(int id) {
        keys.removeIf(key -> key.id() == id);
    }
}
