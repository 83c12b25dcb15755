package io.xtokenkeeper.encryption;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.xtokenkeeper.persistence.Database;
import io.xtokenkeeper.persistence.Statement;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Finds encrypted values of all tables by their data key and replaces them, as bytes, for re-encryption. */
@Singleton
public class EncryptedValues {
    private static final String COUNT = "select data_key_id, count(*) as found from ("
            + EncryptedTable.keysOfAllValues() + ") sealed group by data_key_id";

    /**
     * Neighbouring rows, which share a page of the table, are updated in different transactions: each update then finds free
     * space on its page for the new row version, and stays a heap-only update.
     */
    private static final int STRIDE = 4;

    private final Database database;

    EncryptedValues(Database database) {
        this.database = database;
    }

    /**
     * A row with encrypted values.
     *
     * @param key the primary key as text, as {@link EncryptedTable.Key} writes it
     * @param values one for each encrypted column of the table; null where the column is null
     */
    record Row(EncryptedTable table, String key, List<byte[]> values) {}

    /** A row as it was read, and the same row with its new values. */
    record Change(Row read, Row reencrypted) {}

    /** Counts the values per data key, all tables read in full. Ids of data keys that do not exist are counted too. */
    public Map<Integer, Long> count() {
        return database
                .statement("counting encrypted values", COUNT)
                .list(row -> Map.entry(row.integer("data_key_id"), row.number("found")))
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, Long::sum, TreeMap::new));
    }

    /**
     * Returns at most {@code limit} rows after the key {@code after}, in key order, that have a value encrypted with another
     * data key.
     */
    List<Row> notUnder(int dataKeyId, EncryptedTable table, String after, int limit) {
        return database.statement("looking for values under older data keys", table.notUnder())
                .set("row", after)
                .set("header", EnvelopeCipher.header(dataKeyId))
                .set("limit", limit)
                .list(row -> read(table, row));
    }

    private static Row read(EncryptedTable table, io.xtokenkeeper.persistence.Row row) {
        var values = new ArrayList<byte[]>();
        for (var column : table.columns()) {
            values.add(row.optionalBytes(column).orElse(null));
        }
        return new Row(table, row.text("row"), values);
    }

    /**
     * Writes changes to one table, in up to {@link #STRIDE} transactions, each row only if it still has the values that were
     * read.
     *
     * @return how many rows were written
     */
    int replace(EncryptedTable table, List<Change> changes) {
        var made = 0;
        for (var first = 0; first < Math.min(STRIDE, changes.size()); first++) {
            var update = database.statement("encrypting values again", table.replace());
            for (var i = first; i < changes.size(); i += STRIDE) {
                values(update, changes.get(i)).addBatch();
            }
            made += QuarkusTransaction.requiringNew()
                    .call(() -> IntStream.of(update.updateBatch()).sum());
        }
        return made;
    }

    private static Statement values(Statement update, Change change) {
        update.set("row", change.read().key());
        for (var column = 0; column < change.read().values().size(); column++) {
            update.set("new" + column, change.reencrypted().values().get(column));
            update.set("read" + column, change.read().values().get(column));
        }
        return update;
    }
}
