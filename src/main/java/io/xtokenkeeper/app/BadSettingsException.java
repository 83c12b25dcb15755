package io.xtokenkeeper.app;

import java.util.List;

/** Everything that is wrong with the configuration, a line each. */
final class BadSettingsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadSettingsException(List<String> lines) {
        super("x-token-keeper cannot start:\n  - " + String.join("\n  - ", lines));
    }
}
