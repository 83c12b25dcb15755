package io.xtokenkeeper.xapi;

/** A caller's body stood still for too long, or took too long. Its message is fit to be shown to callers. */
public final class SlowUploadException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SlowUploadException(String message) {
        super(message);
    }
}
