package io.xtokenkeeper.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Reads values and gathers what is wrong with them, each under the name that the operator wrote it by. */
final class Findings {
    private final List<String> lines = new ArrayList<>();

    /** The value, or null with a line noted: nobody may use it before {@link #stopIfAny}. */
    <T> T read(String name, String text, Function<String, T> reader) {
        try {
            return reader.apply(text.strip());
        } catch (RuntimeException e) {
            add(name + " " + e.getMessage());
            return null;
        }
    }

    <T> T required(String name, Optional<String> text, String advice, Function<String, T> reader) {
        if (text.isEmpty()) {
            add(name + " is not set: " + advice);
            return null;
        }
        return read(name, text.get(), reader);
    }

    void add(String line) {
        lines.add(line);
    }

    void stopIfAny() {
        if (!lines.isEmpty()) {
            throw new BadSettingsException(lines);
        }
    }
}
