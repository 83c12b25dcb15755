package io.xtokenkeeper.vault;

/**
 * Somebody who is signed in, without the secret that proves it.
 *
 * @param id for events
 * @param keyId the key it came from: an API key's id, or what names the operator's own
 */
public record OperatorSession(String id, String keyId) {}
