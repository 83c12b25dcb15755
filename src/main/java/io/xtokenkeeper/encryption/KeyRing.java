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
 * The opened data keys. Encrypts with the newest settled one that the store had at the last {@link #look}, decrypts with the one
 * a value names. Keys that other replicas make are learnt by {@link #look}, which the timer calls every second: since a new key
 * encrypts only when it is settled, a reader rarely meets one it does not know. That would cost it a connection of its own,
 * perhaps while it holds another.
 *
 * <p>A store may forget a key: a failover to a standby that did not have it yet. Such a key decrypts on, since values under it
 * may be in the store or on their way there, encrypts no more, and is written back.
 */
public final class KeyRing {
    private static final Logger LOG = Logger.getLogger(KeyRing.class);
    private static final int DATA_KEY_OCTETS = 32;

    /**
     * An opened key.
     *
     * @param wrapped as the store had it when it was last seen there
     * @param former other keys that had the same id before: the store forgot them, and gave the id out again
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

    /** @param current the one that encrypts; empty where the store had none that opens here */
    private record Keys(NavigableMap<Integer, Held> held, OptionalInt current) {}

    /** A key that encrypts. */
    record Current(int id, SecretKey key) {}

    private final DataKeyStore store;
    private final KeyWrapper masters;
    /** Keys that do not open here, each reported once. */
    private final Set<Integer> closed = new HashSet<>();
    /** Keys that the store has forgotten, each reported once. */
    private final Set<Integer> forgotten = ConcurrentHashMap.newKeySet();

    private volatile Keys keys = new Keys(new TreeMap<>(), OptionalInt.empty());

    private KeyRing(DataKeyStore store, KeyWrapper masters) {
        this.store = store;
        this.masters = masters;
    }

    /**
     * Opens the ring with the master key, making the first data key where there is none, and re-wrapping keys that are
     * still under the previous master key.
     *
     * @throws WrongMasterKeyException where a data key is under a master key that was not given
     * @throws DecryptionException where a data key's row was changed
     */
    public static KeyRing open(DataKeyStore store, MasterKey master, Optional<MasterKey> previous) {
        var ring = new KeyRing(store, new KeyWrapper(master, previous));
        if (store.all().isEmpty()) {
            store.addFirst(ring.make());
        }
        var all = store.all();
        var held = new TreeMap<Integer, Held>();
        for (var key : all) {
            held.put(key.id(), ring.opened(key, Optional.empty(), all.size() == 1));
        }
        ring.keys = new Keys(held, encrypting(all));
        return ring;
    }

    /**
     * Finds out whether {@link #open} would work, and changes nothing.
     *
     * @throws WrongMasterKeyException where a data key is under a master key that was not given
     * @throws DecryptionException where a data key's row was changed
     */
    public static void check(List<WrappedKey> all, MasterKey master, Optional<MasterKey> previous) {
        var masters = new KeyWrapper(master, previous);
        all.forEach(key -> masters.unwrap(key, all.size() == 1));
    }

    /** A new data key under an id of its own, wrapped, for the store to keep. */
    public WrappedKey make() {
        var fresh = new byte[DATA_KEY_OCTETS];
        new SecureRandom().nextBytes(fresh);
        return masters.wrap(store.nextId(), fresh);
    }

    /**
     * Learns what the store has, and writes back what it has no more. A key that does not open is reported, and the rest go
     * on.
     */
    public synchronized void look() {
        var stored = store.all();
        learn(stored);
        if (writeBack(stored)) {
            learn(store.all());
        }
    }

    private void learn(List<WrappedKey> stored) {
        var held = new TreeMap<>(keys.held());
        var open = new ArrayList<WrappedKey>();
        for (var key : stored) {
            forgotten.remove(key.id());
            if (isOpen(key, held)) {
                open.add(key);
            }
        }
        keys = new Keys(held, encrypting(open));
    }

    /** The newest settled one; the oldest where none is, as at the very first start. */
    private static OptionalInt encrypting(List<WrappedKey> open) {
        return Stream.concat(open.stream().limit(1), open.stream().filter(WrappedKey::settled))
                .mapToInt(WrappedKey::id)
                .max();
    }

    /** Opens it unless it is known. Whether it may encrypt: whether the next start can open it. */
    private boolean isOpen(WrappedKey key, NavigableMap<Integer, Held> held) {
        var known = Optional.ofNullable(held.get(key.id()));
        if (known.filter(same -> same.isWrappedAs(key)).isPresent()) {
            return true;
        }
        try {
            held.put(key.id(), opened(key, known, false));
            closed.remove(key.id());
            if (known.isEmpty()) {
                LOG.infof("Loaded data key %d", key.id());
            }
            return true;
        } catch (WrongMasterKeyException | DecryptionException e) {
            if (closed.add(key.id())) {
                LOG.errorf("Cannot use data key %d: %s", key.id(), e.getMessage());
            }
            // another replica has wrapped the key we know under its newer master key
            return known.isPresent() && e instanceof WrongMasterKeyException;
        }
    }

    private Held opened(WrappedKey key, Optional<Held> known, boolean mayBeUnbound) {
        var unwrapped = masters.unwrap(key, mayBeUnbound);
        unwrapped.better().ifPresent(better -> store.rewrap(key, better));
        var wrapped = unwrapped.better().orElse(key);
        if (known.isEmpty()) {
            return new Held(unwrapped.key(), wrapped, List.of());
        }
        var isSame = known.get().key().equals(unwrapped.key());
        if (!isSame) {
            LOG.errorf(
                    "Data key %d in the database is another key than the one of this id before: the database has forgotten"
                            + " that one (failover?) and gave its id out again. The stored one encrypts from now on; what"
                            + " is under the one before is readable only until this replica stops",
                    key.id());
        }
        return new Held(
                unwrapped.key(),
                wrapped,
                isSame ? known.get().former() : known.get().all());
    }

    /** True where the store has at least one of them again. */
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
            LOG.errorf("The database had forgotten data key %d (failover?): written back", key.id());
            return true;
        } catch (RuntimeException e) {
            if (isNew) {
                LOG.errorf(
                        "The database has forgotten data key %d (failover?). It encrypts no more, and cannot be written back"
                                + " yet: %s",
                        key.id(), e);
            }
            return false;
        }
    }

    /** Keys of this replica that the store did not have at the last look and could not be given back. */
    public Set<Integer> forgotten() {
        return Set.copyOf(forgotten);
    }

    /** The id of the key that encrypts: the newest settled one. */
    public int newest() {
        return current().id();
    }

    /** @throws DecryptionException where the store had no key at the last look that opens here */
    Current current() {
        var now = keys;
        var id = now.current()
                .orElseThrow(() -> new DecryptionException("the database has no data key to encrypt with", null));
        return new Current(id, now.held().get(id).key());
    }

    /** The store's first, then others that had this id. Looks at the store again before it says that there is none. */
    List<SecretKey> byId(int id) {
        if (!keys.held().containsKey(id)) {
            look();
        }
        return Optional.ofNullable(keys.held().get(id)).map(Held::all).orElse(List.of());
    }
}
