package io.xtokenkeeper.app;

import java.util.ArrayList;
import java.util.List;

/** Everything that is wrong with the configuration, a line each. */
final class BadSettingsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ArrayList<String> lines;

    BadSettingsException(List<String> lines) {
        super("x-token-keeper cannot start:\n  - " + String.join("\n  - ", lines));
        this.lines = new ArrayList<>(lines);
    }

    List<String> lines() {
        return List.copyOf(lines);
    }
}
