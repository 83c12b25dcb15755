package io.xtokenkeeper.xapi;

/** A call did not reach X. Its message is fit to be shown to callers. */
public final class NotSentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotSentException(String message, Throwable cause) {
        super(message, cause);
    }
}
