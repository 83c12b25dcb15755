package io.xtokenkeeper.encryption;

import java.io.IOException;

/**
 * An OpenPGP file cannot be decrypted, or not to its end. The message is for the caller: what is wrong and what to do, never
 * content of the file.
 */
public final class OpenPgpFileException extends IOException {
    private static final long serialVersionUID = 1L;

    OpenPgpFileException(String message, Throwable cause) {
        super(message, cause);
    }

    OpenPgpFileException(String message) {
        super(message);
    }
}
