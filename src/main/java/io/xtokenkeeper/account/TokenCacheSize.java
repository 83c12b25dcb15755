package io.xtokenkeeper.account;

/** How many opened tokens a replica keeps in memory at the most; 0 for none. */
public record TokenCacheSize(int entries) {}
