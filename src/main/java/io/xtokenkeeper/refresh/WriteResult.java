package io.xtokenkeeper.refresh;

/** Whether a refresh result was written to its account. */
public enum WriteResult {
    SAVED,
    /** The row has something newer than this result: a newer consent, or another replica's result. */
    SUPERSEDED,
    /** The account was erased meanwhile. */
    ERASED
}
