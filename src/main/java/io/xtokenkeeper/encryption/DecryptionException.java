package io.xtokenkeeper.encryption;

/** A sealed value did not open: changed, moved, or sealed under a key that is not here. Says where, never what. */
public final class DecryptionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DecryptionException(String message, Throwable cause) {
        super(message, cause);
    }
}
