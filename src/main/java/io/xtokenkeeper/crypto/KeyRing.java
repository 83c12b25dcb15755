package io.xtokenkeeper.crypto;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import javax.crypto.SecretKey;
import org.jboss.logging.Logger;

/**
 * The opened data keys. Seals with the newest, opens with the one a value names. Keys that other replicas make are
 * learnt by {@link #look}, which the timer calls every second, and at the latest when a value names one.
 */
public final class KeyRing {
    private static final Logger LOG = Logger.getLogger(KeyRing.class);
    private static final int DATA_KEY_OCTETS = 32;

    private final DataKeyStore store;
    private final MasterKeys masters;
    /** Keys that do not open here, each reported once. */
    private final Set<Integer> closed = new HashSet<>();

    private volatile NavigableMap<Integer, SecretKey> keys = new TreeMap<>();

    private KeyRing(DataKeyStore store, MasterKeys masters) {
        this.store = store;
        this.masters = masters;
    }

    /**
     * Opens the ring with the master key, making the first data key where there is none, and re-wrapping keys that are
     * still under the previous master key.
     *
     * @throws WrongMasterKeyException where a data key is under a master key that was not given
     * @throws UnreadableException where a data key's row was changed
     */
    public static KeyRing open(DataKeyStore store, MasterKey master, Optional<MasterKey> previous) {
        var ring = new KeyRing(store, new MasterKeys(master, previous));
        if (store.all().isEmpty()) {
            store.addFirst(ring.make());
        }
        var all = store.all();
        for (var key : all) {
            ring.add(key, all.size() == 1);
        }
        return ring;
    }

    /**
     * Finds out whether {@link #open} would work, and changes nothing.
     *
     * @throws WrongMasterKeyException where a data key is under a master key that was not given
     * @throws UnreadableException where a data key's row was changed
     */
    public static void check(List<WrappedKey> all, MasterKey master, Optional<MasterKey> previous) {
        var masters = new MasterKeys(master, previous);
        all.forEach(key -> masters.unwrap(key, all.size() == 1));
    }

    /** A new data key under an id of its own, wrapped, for the store to keep. */
    public WrappedKey make() {
        var fresh = new byte[DATA_KEY_OCTETS];
        new SecureRandom().nextBytes(fresh);
        return masters.wrap(store.nextId(), fresh);
    }

    /** Opens what the store has and the ring has not. A key that does not open is reported, and the rest go on. */
    public synchronized void look() {
        for (var key : store.all()) {
            if (!keys.containsKey(key.id())) {
                try {
                    add(key, false);
                    closed.remove(key.id());
                    LOG.infof("data key %d is here", key.id());
                } catch (WrongMasterKeyException | UnreadableException e) {
                    if (closed.add(key.id())) {
                        LOG.errorf("data key %d cannot be used here: %s", key.id(), e.getMessage());
                    }
                }
            }
        }
    }

    private synchronized void add(WrappedKey key, boolean mayBeUnbound) {
        var unwrapped = masters.unwrap(key, mayBeUnbound);
        unwrapped.better().ifPresent(better -> store.rewrap(key, better));
        var more = new TreeMap<>(keys);
        more.put(key.id(), unwrapped.key());
        keys = more;
    }

    /** The id of the key that seals. */
    public int newest() {
        return keys.lastKey();
    }

    /** Looks at the store again before it says that a key is not there. */
    Optional<SecretKey> byId(int id) {
        if (!keys.containsKey(id)) {
            look();
        }
        return Optional.ofNullable(keys.get(id));
    }
}
