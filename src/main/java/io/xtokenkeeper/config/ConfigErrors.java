package io.xtokenkeeper.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What is wrong with the configuration, a line each, under the names that operators write. */
final class ConfigErrors {
    private final List<String> lines = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    void add(String name, String problem) {
        add(name, name, problem);
    }

    /** @param shown the name that the line begins with: a file's, where {@code name} was to come from one */
    void add(String name, String shown, String problem) {
        names.add(name);
        lines.add(shown + " " + problem);
    }

    /** Whether something was found for one of these: nothing more is to be said of it. */
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
