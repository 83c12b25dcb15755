package io.xtokenkeeper.xapi;

/**
 * The result of a call of X's revocation endpoint (RFC 7009 §2.2). Every 200 counts as done, also for a token that X does
 * not know, unless the body is a web page, which comes from a server between us and X. An error that states the token is
 * invalid counts as done too: such a token is already revoked or expired.
 */
public sealed interface RevocationResult {
    record Done() implements RevocationResult {}

    /** The token may still be valid: the revocation must be repeated. */
    record NotDone(String hint) implements RevocationResult {}
}
