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

/** All sealed values, whatever they are for, as octets: found by their data key, and replaced. */
@Singleton
public class EncryptedValues {
    private static final String COUNT = "select data_key_id, count(*) as found from ("
            + EncryptedTable.keysOfAllValues() + ") sealed group by data_key_id";

    /**
     * Rows of one page go into different transactions, so that each finds room on its page for the new version and stays
     * a heap-only update.
     */
    private static final int STRIDE = 4;

    private final Database database;

    EncryptedValues(Database database) {
        this.database = database;
    }

    /** @param values one for each sealed column of the table; null where there is none */
    record Row(EncryptedTable table, String key, List<byte[]> values) {}

    /** A row as it was read, and as it is to be. */
    record Change(Row read, Row anew) {}

    /** How many values are under each data key. Reads through all tables; keys that are not there are counted too. */
    public Map<Integer, Long> count() {
        return database
                .statement("counting encrypted values", COUNT)
                .list(row -> Map.entry(row.integer("data_key_id"), row.number("found")))
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, Long::sum, TreeMap::new));
    }

    /** At most {@code limit} rows behind {@code after}, in order, that hold a value under another data key. */
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

    /** Makes changes of one table, each only where the row still holds what was read. How many were made. */
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
            update.set("new" + column, change.anew().values().get(column));
            update.set("read" + column, change.read().values().get(column));
        }
        return update;
    }
}
