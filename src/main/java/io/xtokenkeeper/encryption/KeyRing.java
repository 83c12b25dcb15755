package io.xtokenkeeper.encryption;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.SecretKey;
import org.jboss.logging.Logger;

/**
 * The unwrapped data keys of this replica. It encrypts with the newest settled key that the store had at the last {@link
 * #reload}, and decrypts with the key whose id a value contains.
 *
 * <p>{@link #reload} reloads the keys that other replicas added; the scheduler calls it every second. A new key encrypts
 * only when it is settled, so a replica rarely reads a value with a key it has not loaded: then it has to reload at once,
 * with one more database connection, perhaps while it uses another.
 *
 * <p>The store can lose a key in a failover to a standby that had not received it. Such a key still decrypts, since values
 * encrypted with it may be in the store or about to be saved; it no longer encrypts, and is written back to the store.
 */
public final class KeyRing {
    private static final Logger LOG = Logger.getLogger(KeyRing.class);
    private static final int DATA_KEY_BYTES = 32;

    /**
     * An unwrapped key.
     *
     * @param wrapped the key as the store had it at the last reload that found it
     * @param former other keys that had the same id before: the store lost them, and assigned the id again
     */
    private record Held(SecretKey key, WrappedKey wrapped, List<SecretKey> former) {
        boolean isWrappedAs(WrappedKey stored) {
            return Arrays.equals(wrapped.wrapped(), stored.wrapped());
        }

        List<SecretKey> all() {
            if (former.isEmpty()) {
                return List.of(key);
            }
            var all = new ArrayList<SecretKey>();
            all.add(key);
            all.addAll(former);
            return all;
        }
    }

    /**
     * The known keys, replaced as a whole on each reload.
     *
     * @param held by id
     * @param current the id of the key that encrypts; empty before the first load
     * @param usable false if no stored key can be unwrapped: {@code current} is then the key that encrypted before
     */
    private record Keys(NavigableMap<Integer, Held> held, OptionalInt current, boolean usable) {
        private Keys with(NavigableMap<Integer, Held> loaded, OptionalInt encrypting) {
            return new Keys(loaded, encrypting.isPresent() ? encrypting : current, encrypting.isPresent());
        }

        private Current latest() {
            var id = current.orElseThrow();
            return new Current(id, held.get(id).key());
        }
    }

    /** The key that encrypts. */
    record Current(int id, SecretKey key) {}

    private final DataKeyStore store;
    private final KeyWrapper wrapper;
    /** Ids of keys that cannot be unwrapped; each is logged once. */
    private final Set<Integer> unusable = new HashSet<>();
    /** Ids of keys that the store has lost; each is logged once. */
    private final Set<Integer> forgotten = ConcurrentHashMap.newKeySet();

    private volatile Keys keys = new Keys(new TreeMap<>(), OptionalInt.empty(), false);

    private KeyRing(DataKeyStore store, KeyWrapper wrapper) {
        this.store = store;
        this.wrapper = wrapper;
    }

    /**
     * Creates the key ring: adds the first data key if the store has none, unwraps all data keys, and re-wraps those that
     * are wrapped with the previous master key.
     *
     * @throws WrongMasterKeyException if a data key is wrapped with a master key that was not given
     * @throws DecryptionException if the row of a data key was changed
     */
    public static KeyRing load(DataKeyStore store, MasterKey master, Optional<MasterKey> previous) {
        var ring = new KeyRing(store, new KeyWrapper(master, previous));
        if (store.all().isEmpty()) {
            store.addFirst(ring.generate());
        }
        var all = store.all();
        var held = new TreeMap<Integer, Held>();
        for (var key : all) {
            held.put(key.id(), ring.opened(key, Optional.empty(), all.size() == 1));
        }
        ring.keys = ring.keys.with(held, encrypting(all));
        return ring;
    }

    /**
     * Checks that {@link #load} would succeed, and changes nothing.
     *
     * @throws WrongMasterKeyException if a data key is wrapped with a master key that was not given
     * @throws DecryptionException if the row of a data key was changed
     */
    public static void check(List<WrappedKey> all, MasterKey master, Optional<MasterKey> previous) {
        var masters = new KeyWrapper(master, previous);
        all.forEach(key -> masters.unwrap(key, all.size() == 1));
    }

    /** Generates a data key with a new id and wraps it with the master key. The caller stores it. */
    public WrappedKey generate() {
        var fresh = new byte[DATA_KEY_BYTES];
        new SecureRandom().nextBytes(fresh);
        return wrapper.wrap(store.nextId(), fresh);
    }

    /**
     * Reloads the data keys from the store, and writes back those that the store has lost. A key that cannot be unwrapped is
     * logged and skipped.
     */
    public synchronized void reload() {
        var stored = store.all();
        load(stored);
        if (writeBack(stored)) {
            load(store.all());
        }
    }

    private void load(List<WrappedKey> stored) {
        var held = new TreeMap<>(keys.held());
        var open = new ArrayList<WrappedKey>();
        for (var key : stored) {
            forgotten.remove(key.id());
            if (isOpen(key, held)) {
                open.add(key);
            }
        }
        keys = keys.with(held, encrypting(open));
    }

    /** The newest settled key; the oldest key if none is settled, as after the very first start. */
    private static OptionalInt encrypting(List<WrappedKey> open) {
        return Stream.concat(open.stream().limit(1), open.stream().filter(WrappedKey::settled))
                .mapToInt(WrappedKey::id)
                .max();
    }

    /**
     * Unwraps the key unless this replica has it already. Returns whether the key may encrypt, that is, whether a replica
     * that starts next can unwrap it.
     */
    private boolean isOpen(WrappedKey key, NavigableMap<Integer, Held> held) {
        var known = Optional.ofNullable(held.get(key.id()));
        if (known.filter(same -> same.isWrappedAs(key)).isPresent()) {
            return true;
        }
        try {
            held.put(key.id(), opened(key, known, false));
            unusable.remove(key.id());
            if (known.isEmpty()) {
                LOG.infof("Loaded data key %d", key.id());
            }
            return true;
        } catch (WrongMasterKeyException | DecryptionException e) {
            if (unusable.add(key.id())) {
                LOG.errorf("Cannot use data key %d: %s", key.id(), e.getMessage());
            }
            // another replica has re-wrapped a key that we have with its newer master key
            return known.isPresent() && e instanceof WrongMasterKeyException;
        }
    }

    private Held opened(WrappedKey key, Optional<Held> known, boolean mayBeUnbound) {
        var unwrapped = wrapper.unwrap(key, mayBeUnbound);
        unwrapped.better().ifPresent(better -> store.rewrap(key, better));
        var wrapped = unwrapped.better().orElse(key);
        if (known.isEmpty()) {
            return new Held(unwrapped.key(), wrapped, List.of());
        }
        var isSame = known.get().key().equals(unwrapped.key());
        if (!isSame) {
            LOG.errorf(
                    "Data key %d in the database is not the key that had this id before: the database lost that key"
                            + " (failover?) and reused its id. New values are encrypted with the stored key; values"
                            + " encrypted with the previous key are readable only until this replica stops",
                    key.id());
        }
        return new Held(
                unwrapped.key(),
                wrapped,
                isSame ? known.get().former() : known.get().all());
    }

    /** Returns whether at least one lost key was written back. */
    private boolean writeBack(List<WrappedKey> stored) {
        var there = stored.stream().map(WrappedKey::id).collect(Collectors.toSet());
        var written = false;
        for (var known : keys.held().entrySet()) {
            if (!there.contains(known.getKey())) {
                written |= writeBack(known.getValue().wrapped());
            }
        }
        return written;
    }

    private boolean writeBack(WrappedKey key) {
        var isNew = forgotten.add(key.id());
        try {
            store.restore(key);
            LOG.errorf("The database had lost data key %d (failover?): written back", key.id());
            return true;
        } catch (RuntimeException e) {
            if (isNew) {
                LOG.errorf(
                        "The database lost data key %d (failover?). It is no longer used to encrypt, and cannot be"
                                + " written back yet: %s",
                        key.id(), e);
            }
            return false;
        }
    }

    /** Ids of keys that the store did not have at the last reload and that could not be written back. */
    public Set<Integer> forgotten() {
        return Set.copyOf(forgotten);
    }

    /**
     * The id of the key that encrypts: the newest settled one.
     *
     * @throws DecryptionException if no stored key could be unwrapped at the last reload
     */
    public int currentKeyId() {
        return current().id();
    }

    /**
     * The key that encrypts.
     *
     * @throws DecryptionException if no stored key could be unwrapped at the last reload
     */
    Current current() {
        var now = keys;
        if (!now.usable()) {
            throw new DecryptionException("the database has no data key to encrypt with", null);
        }
        return now.latest();
    }

    /** Like {@link #current}; if no stored key can be unwrapped, the key that encrypted before that. */
    Current latest() {
        return keys.latest();
    }

    /** False if no stored key could be unwrapped at the last reload. */
    boolean canEncrypt() {
        return keys.usable();
    }

    /**
     * The keys with this id: the stored one first, then others that had the id before. Reloads from the store before it
     * returns an empty list.
     */
    List<SecretKey> byId(int id) {
        if (!keys.held().containsKey(id)) {
            reload();
        }
        return Optional.ofNullable(keys.held().get(id)).map(Held::all).orElse(List.of());
    }
}
