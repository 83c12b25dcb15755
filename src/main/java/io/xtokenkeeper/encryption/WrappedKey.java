package io.xtokenkeeper.encryption;

/**
 * A data key as it is stored in the database.
 *
 * @param id the id that encrypted values contain
 * @param wrapped the key, encrypted with the master key
 * @param masterKeyId the id of that master key
 * @param settled whether the key was added long enough ago that every replica has loaded it: only then are values encrypted
 *     with it
 */
@SuppressWarnings("ArrayRecordComponent") // carried from the store to the ring, never compared
public record WrappedKey(int id, byte[] wrapped, String masterKeyId, boolean settled) {}
