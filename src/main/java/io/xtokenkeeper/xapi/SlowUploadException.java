package io.xtokenkeeper.xapi;

/**
 * Thrown if a caller's request body stalled or took too long in total. Its message contains no secret and may be returned to
 * callers.
 */
public final class SlowUploadException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SlowUploadException(String message) {
        super(message);
    }
}
