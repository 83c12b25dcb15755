package io.xtokenkeeper.refresh;

/** What the row said to a verdict. */
public enum WriteResult {
    SAVED,
    /** The row moved on: a newer consent, or another replica's answer. What is stored is newer than this verdict. */
    SUPERSEDED,
    /** The account was erased meanwhile. */
    ERASED
}
