package io.xtokenkeeper.config;

import java.util.ArrayList;
import java.util.List;

/** All errors of the configuration, one line each. */
public final class InvalidConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ArrayList<String> lines;

    InvalidConfigException(List<String> lines) {
        super("x-token-keeper cannot start:\n  - " + String.join("\n  - ", lines));
        this.lines = new ArrayList<>(lines);
    }

    public List<String> lines() {
        return List.copyOf(lines);
    }
}
