package io.xtokenkeeper.sandbox;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The parameters of a form or of a query. An empty value is treated as absent (RFC 6749, section 3.1). */
final class Parameters {
    private static final Parameters NONE = new Parameters();

    private final Map<String, String> values = new HashMap<>();
    private final Set<String> repeated = new HashSet<>();

    private Parameters() {}

    static Parameters none() {
        return NONE;
    }

    /** {@code application/x-www-form-urlencoded}: a plus is a space. */
    static Parameters ofForm(String body) {
        return read(body);
    }

    /** A query as X is reported to parse it: a plus is a plus, so scopes have to be separated by {@code %20}. */
    static Parameters ofQuery(String rawQuery) {
        return read(rawQuery.replace("+", "%2B"));
    }

    Optional<String> get(String name) {
        return Optional.ofNullable(values.get(name));
    }

    String require(String name) {
        return get(name).orElseThrow(() -> new IllegalStateException("not checked: " + name));
    }

    Optional<String> firstMissing(String... names) {
        return Stream.of(names).filter(name -> !values.containsKey(name)).findFirst();
    }

    Set<String> repeated() {
        return repeated;
    }

    private static Parameters read(String text) {
        Parameters parameters = new Parameters();
        for (String pair : text.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0 && equals < pair.length() - 1) {
                parameters.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
            }
        }
        return parameters;
    }

    private void put(String name, String value) {
        if (values.putIfAbsent(name, value) != null) {
            repeated.add(name);
        }
    }

    /** Text that is not properly encoded is taken literally. */
    static String decoded(String text) {
        if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
            return text;
        }
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return text;
        }
    }
}
