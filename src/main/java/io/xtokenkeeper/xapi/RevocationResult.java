package io.xtokenkeeper.xapi;

/**
 * What X's revocation endpoint said (RFC 7009 §2.2): any 200 is done, also for a token X does not know, but for a web page,
 * which comes from somebody else. A token that X calls invalid is done as well: it lives no more.
 */
public sealed interface RevocationResult {
    record Done() implements RevocationResult {}

    /** The token may still live; come again. */
    record NotDone(String hint) implements RevocationResult {}
}
