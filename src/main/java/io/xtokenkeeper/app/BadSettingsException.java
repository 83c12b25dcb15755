package io.xtokenkeeper.app;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.ArrayList;
import java.util.List;

/** Everything that is wrong with the configuration, a line each; Quarkus prints it without a stack trace. */
final class BadSettingsException extends ConfigurationException {
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
