package io.xtokenkeeper.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Collects the errors of the configuration, one line each, under the names that admins write. */
final class ConfigErrors {
    private final List<String> lines = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    void add(String name, String problem) {
        add(name, name, problem);
    }

    /**
     * @param shown the name at the beginning of the line: the variable that names a file, if {@code name} was to be read
     *     from a file
     */
    void add(String name, String shown, String problem) {
        names.add(name);
        lines.add(shown + " " + problem);
    }

    /** Whether an error was added for one of these names: further checks of it are skipped. */
    boolean has(String... any) {
        return Stream.of(any).anyMatch(names::contains);
    }

    void require(String name, Optional<?> value, String advice) {
        if (value.isEmpty() && !has(name)) {
            add(name, "is not set: " + advice);
        }
    }

    void stopIfAny() {
        if (!lines.isEmpty()) {
            throw new InvalidConfigException(lines);
        }
    }
}
