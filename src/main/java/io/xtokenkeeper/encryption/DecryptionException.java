package io.xtokenkeeper.encryption;

/**
 * A value or a data key cannot be decrypted: it was changed, moved to another row or column, or its key is not available.
 * The message contains the location, never the content.
 */
public final class DecryptionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DecryptionException(String message, Throwable cause) {
        super(message, cause);
    }
}
