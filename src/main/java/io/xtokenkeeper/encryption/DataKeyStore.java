package io.xtokenkeeper.encryption;

import java.util.List;

/** Stores wrapped data keys for {@link KeyRing}. Every method commits before it returns. */
public interface DataKeyStore {
    /** All data keys, oldest first. */
    List<WrappedKey> all();

    /** Returns an id that was never given to another key and is higher than those of all stored keys. */
    int nextId();

    /** Adds the first key, unless another replica already added one; afterwards the store has a key in either case. */
    void addFirst(WrappedKey key);

    /** Adds a key again that the store lost, as in a failover; does nothing if its id is taken. */
    void restore(WrappedKey key);

    /** Replaces the wrapped bytes and the master key id of one key, if the stored bytes are still those that were read. */
    void rewrap(WrappedKey read, WrappedKey better);
}
