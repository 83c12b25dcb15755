package io.xtokenkeeper.account;

/** The maximum number of decrypted tokens that a replica caches; 0 disables the cache. */
public record TokenCacheSize(int entries) {}
