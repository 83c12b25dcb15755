package io.xtokenkeeper.vault;

import io.agroal.api.AgroalDataSource;
import io.xtokenkeeper.crypto.Sealer;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All sealed values, whatever they are for, as octets: found by their data key, and replaced. */
@Singleton
public class SealedValues {
    private static final String COUNT =
            "select data_key_id, count(*) from (" + SealedTable.keysOfAllValues() + ") sealed group by data_key_id";

    /**
     * Rows of one page go into different transactions, so that each finds room on its page for the new version and stays
     * a heap-only update.
     */
    private static final int STRIDE = 4;

    private final AgroalDataSource database;

    SealedValues(AgroalDataSource database) {
        this.database = database;
    }

    /** @param values one for each sealed column of the table; null where there is none */
    record Row(SealedTable table, String key, List<byte[]> values) {}

    /** A row as it was read, and as it is to be. */
    record Change(Row read, Row anew) {}

    /** How many values are under each data key. Reads through all tables; keys that are not there are counted too. */
    public Map<Integer, Long> count() {
        try (var connection = database.getConnection();
                var select = connection.prepareStatement(COUNT);
                var row = select.executeQuery()) {
            var counts = new TreeMap<Integer, Long>();
            while (row.next()) {
                counts.put(row.getInt(1), row.getLong(2));
            }
            return counts;
        } catch (SQLException e) {
            throw new StoreException("counting sealed values", e);
        }
    }

    /** At most {@code limit} rows behind {@code after}, in order, that hold a value under another data key. */
    List<Row> notUnder(int dataKeyId, SealedTable table, String after, int limit) {
        try (var connection = database.getConnection();
                var select = connection.prepareStatement(table.notUnder())) {
            var at = 1;
            select.setString(at++, after);
            for (var column = 0; column < table.columns().size(); column++) {
                select.setBytes(at++, Sealer.header(dataKeyId));
            }
            select.setInt(at, limit);
            var found = new ArrayList<Row>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    found.add(read(table, row));
                }
            }
            return found;
        } catch (SQLException e) {
            throw new StoreException("looking for values under older data keys", e);
        }
    }

    private static Row read(SealedTable table, ResultSet row) throws SQLException {
        var values = new ArrayList<byte[]>();
        for (var column = 0; column < table.columns().size(); column++) {
            values.add(row.getBytes(2 + column));
        }
        return new Row(table, row.getString(1), values);
    }

    /** Makes changes of one table, each only where the row still holds what was read. How many were made. */
    int replace(SealedTable table, List<Change> changes) {
        try (var connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try {
                var made = 0;
                for (var first = 0; first < Math.min(STRIDE, changes.size()); first++) {
                    made += replaceEvery(STRIDE, first, connection, table, changes);
                    connection.commit();
                }
                return made;
            } catch (SQLException e) {
                connection.rollback();
                throw e;
            }
        } catch (SQLException e) {
            throw new StoreException("sealing values anew", e);
        }
    }

    private static int replaceEvery(
            int stride, int first, Connection connection, SealedTable table, List<Change> changes) throws SQLException {
        try (var update = connection.prepareStatement(table.replace())) {
            for (var i = first; i < changes.size(); i += stride) {
                var at = 1;
                for (var value : changes.get(i).anew().values()) {
                    update.setBytes(at++, value);
                }
                update.setString(at++, changes.get(i).read().key());
                for (var value : changes.get(i).read().values()) {
                    update.setBytes(at++, value);
                }
                update.addBatch();
            }
            var made = 0;
            for (var count : update.executeBatch()) {
                made += count;
            }
            return made;
        }
    }
}
