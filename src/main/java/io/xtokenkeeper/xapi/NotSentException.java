package io.xtokenkeeper.xapi;

/** Thrown if a request was not sent to X. Its message contains no secret and may be returned to callers. */
public final class NotSentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotSentException(String message, Throwable cause) {
        super(message, cause);
    }
}
