package io.xtokenkeeper.encryption;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A table with encrypted columns.
 *
 * @param name of the table
 * @param kind how a key value is written in the encryption context and in SQL
 * @param key the column of its primary key
 * @param columns the encrypted columns
 */
record EncryptedTable(String name, Key kind, String key, List<String> columns) {
    /** All tables with encrypted columns; counting and re-encryption use this list. A test compares it with the schema. */
    static final List<EncryptedTable> ALL = List.of(
            new EncryptedTable("account", Key.TEXT, "id", List.of("access_token", "refresh_token")),
            new EncryptedTable("revocation", Key.TEXT, "id", List.of("access_token", "refresh_token")),
            new EncryptedTable("consent_attempt", Key.HASH, "state_hash", List.of("verifier")),
            new EncryptedTable("consent_link", Key.HASH, "link_hash", List.of("link")),
            new EncryptedTable("webhook", Key.TEXT, "id", List.of("secret", "previous_secret")));

    /** How the encryption context names a row: by its primary key as text, or by its primary key in hexadecimal. */
    enum Key {
        TEXT("%s", ":row"),
        HASH("encode(%s, 'hex')", "decode(:row, 'hex')");

        private final String read;
        private final String given;

        Key(String read, String given) {
            this.read = read;
            this.given = given;
        }
    }

    EncryptionContext place(String row, String column) {
        return new EncryptionContext(name, row, column);
    }

    /** SQL that returns one row per encrypted value with the id of its data key. */
    static String keysOfAllValues() {
        return ALL.stream()
                .flatMap(table -> table.columns.stream().map(table::keysOf))
                .collect(Collectors.joining("\n union all\n"));
    }

    private String keysOf(String column) {
        return """
                select ('x' || encode(substring(%1$s from 2 for 4), 'hex'))::bit(32)::int as data_key_id
                  from %2$s where %1$s is not null""".formatted(column, name);
    }

    /** SQL for the rows after {@code :row}, in key order, that have a value with another header than {@code :header}. */
    String notUnder() {
        return """
                select %s as row, %s from %s where %s > %s and (%s) order by %s limit :limit""".formatted(
                        kind.read.formatted(key),
                        String.join(", ", columns),
                        name,
                        key,
                        kind.given,
                        each("substring(%1$s from 1 for 5) <> :header", " or "),
                        key);
    }

    /**
     * SQL that replaces the encrypted columns of one row, {@code :read0} by {@code :new0} and so on, only if the row still
     * has all values that were read.
     */
    String replace() {
        return "update %s set %s where %s = %s and %s"
                .formatted(
                        name,
                        each("%1$s = :new%2$d", ", "),
                        key,
                        kind.given,
                        each("%1$s is not distinct from :read%2$d", " and "));
    }

    private String each(String expression, String between) {
        return IntStream.range(0, columns.size())
                .mapToObj(i -> expression.formatted(columns.get(i), i))
                .collect(Collectors.joining(between));
    }
}
