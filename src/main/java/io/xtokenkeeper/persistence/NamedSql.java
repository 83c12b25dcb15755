package io.xtokenkeeper.persistence;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * SQL with named parameters, translated for JDBC: a question mark in place of each.
 *
 * @param names the parameters in their order, a name as often as it occurs
 */
record NamedSql(String jdbc, List<String> names) {
    /** Skips quoted text and casts ({@code ::text}). */
    private static final Pattern PARAMETER = Pattern.compile("'[^']*'|::|:([a-z][A-Za-z0-9]*)");

    static NamedSql parse(String sql) {
        var names = new ArrayList<String>();
        var jdbc = PARAMETER.matcher(sql).replaceAll(found -> {
            if (found.group(1) == null) {
                return java.util.regex.Matcher.quoteReplacement(found.group());
            }
            names.add(found.group(1));
            return "?";
        });
        return new NamedSql(jdbc, List.copyOf(names));
    }
}
