package io.xtokenkeeper.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page from a file beside this class. {@code {{name}}} is replaced by the escaped value, {@code {{{name}}}} by the value
 * itself.
 */
record Template(String text) {
    private static final Pattern PLACE = Pattern.compile("(\\{\\{\\{?)([a-z]+)}}}?");

    static Template read(String name) {
        try (InputStream in = Template.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("not on the class path: " + name);
            }
            return new Template(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** In one pass, so that a value cannot contain a placeholder of another one. */
    String filled(Map<String, String> values) {
        return PLACE.matcher(text).replaceAll(place -> {
            String value = values.get(place.group(2));
            return Matcher.quoteReplacement(place.group(1).length() == 3 ? value : escaped(value));
        });
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
