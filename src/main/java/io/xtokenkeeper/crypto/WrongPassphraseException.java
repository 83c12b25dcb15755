package io.xtokenkeeper.crypto;

import java.io.IOException;

/** The file was sealed under another passphrase. */
public final class WrongPassphraseException extends IOException {
    private static final long serialVersionUID = 1L;

    WrongPassphraseException(Throwable cause) {
        super("the passphrase does not open the file", cause);
    }
}
