package io.xtokenkeeper.persistence;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;

/** A row of a result; columns are read by name. Valid until the next row is read. */
public final class Row {
    private final ResultSet row;

    Row(ResultSet row) {
        this.row = row;
    }

    /** @throws java.util.NoSuchElementException if it is null */
    public String text(String column) {
        return optionalText(column).orElseThrow();
    }

    public Optional<String> optionalText(String column) {
        return Optional.ofNullable(read(() -> row.getString(column)));
    }

    /** @throws java.util.NoSuchElementException if it is null */
    public Instant instant(String column) {
        return optionalInstant(column).orElseThrow();
    }

    public Optional<Instant> optionalInstant(String column) {
        return Optional.ofNullable(read(() -> row.getObject(column, OffsetDateTime.class)))
                .map(OffsetDateTime::toInstant);
    }

    /** 0 if it is null. */
    public int integer(String column) {
        return read(() -> row.getInt(column));
    }

    /** 0 if it is null. */
    public long number(String column) {
        return read(() -> row.getLong(column));
    }

    public double decimal(String column) {
        return read(() -> row.getDouble(column));
    }

    /** False if it is null. */
    public boolean isTrue(String column) {
        return read(() -> row.getBoolean(column));
    }

    public byte[] bytes(String column) {
        return optionalBytes(column).orElseThrow();
    }

    public Optional<byte[]> optionalBytes(String column) {
        return Optional.ofNullable(read(() -> row.getBytes(column)));
    }

    public Optional<List<String>> optionalTexts(String column) {
        return Optional.ofNullable(read(() -> {
            var array = row.getArray(column);
            return array == null ? null : List.of((String[]) array.getArray());
        }));
    }

    private static <T> T read(Column<T> column) {
        try {
            return column.value();
        } catch (SQLException e) {
            throw new ColumnException(e);
        }
    }

    @FunctionalInterface
    private interface Column<T> {
        T value() throws SQLException;
    }

    /** Only {@link Database#with} catches it. */
    static final class ColumnException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final SQLException failure;

        ColumnException(SQLException failure) {
            super(failure);
            this.failure = failure;
        }

        SQLException failure() {
            return failure;
        }
    }
}
