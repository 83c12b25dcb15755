package io.xtokenkeeper.usage;

import java.time.Instant;

/**
 * What one API key did with one account in one hour, over all replicas.
 *
 * @param hour when the hour begins
 * @param key the id of an API key, or {@code operator} for the admin key
 * @param account an account id; empty for accounts that were counted together ({@link UsageCounter#MAX_ENTRIES})
 * @param reads access tokens that were returned without being asked to refresh first
 * @param refreshes access tokens that were returned by a refresh that the caller asked for
 * @param calls calls through the proxy that X answered
 */
public record UsageHour(Instant hour, String key, String account, long reads, long refreshes, long calls) {}
