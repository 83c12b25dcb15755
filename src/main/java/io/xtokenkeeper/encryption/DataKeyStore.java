package io.xtokenkeeper.encryption;

import java.util.List;

/** Where wrapped data keys are kept. Implemented over the database; every method commits before it returns. */
public interface DataKeyStore {
    /** All data keys, oldest first. */
    List<WrappedKey> all();

    /** An id that no key had or will have, higher than all before it. */
    int nextId();

    /** Adds the first key unless another replica was faster; either way there is one afterwards. */
    void addFirst(WrappedKey key);

    /** Adds a key that the store had before, unless its id is taken. */
    void restore(WrappedKey key);

    /** Replaces the wrapping of one key, where it is still what was read. */
    void rewrap(WrappedKey read, WrappedKey better);
}
