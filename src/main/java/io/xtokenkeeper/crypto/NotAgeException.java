package io.xtokenkeeper.crypto;

import java.io.IOException;

/** It is no age file that can be opened here, or is one no longer: cut off or changed. Says what is wrong, never what is in it. */
public final class NotAgeException extends IOException {
    private static final long serialVersionUID = 1L;

    NotAgeException(String message) {
        super(message);
    }
}
