package io.xtokenkeeper.crypto;

import java.util.List;

/** Where wrapped data keys are kept. Implemented over the database; every method commits before it returns. */
public interface DataKeyStore {
    /** All data keys, oldest first. */
    List<WrappedKey> all();

    /** Adds the first key unless another replica was faster; either way there is one afterwards. */
    void addFirst(byte[] wrapped, String masterKeyId);

    /** Replaces the wrapping of one key, where it is still under {@code oldMasterKeyId}. */
    void rewrap(WrappedKey key, String oldMasterKeyId);
}
