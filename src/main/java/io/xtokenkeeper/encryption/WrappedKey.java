package io.xtokenkeeper.encryption;

/**
 * A data key as it lies in the database.
 *
 * @param id what sealed values name it by
 * @param wrapped the key, sealed under the master key
 * @param masterKeyId which master key that was
 * @param settled it was added long enough ago that every replica has loaded it: values may be encrypted under it
 */
@SuppressWarnings("ArrayRecordComponent") // carried from the store to the ring, never compared
public record WrappedKey(int id, byte[] wrapped, String masterKeyId, boolean settled) {}
