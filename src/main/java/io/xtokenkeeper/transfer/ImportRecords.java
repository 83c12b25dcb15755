package io.xtokenkeeper.transfer;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * The input of an import, bounded by records: reading fails where one of them has more than {@link #MAX_RECORD_BYTES}.
 * JSON is read into a tree before anything in it is looked at, and a tree takes many times the memory of its text.
 *
 * <p>The parser reads some kilobytes ahead, and so much is counted for the record before.
 */
final class ImportRecords extends FilterInputStream {
    /** Two tokens of the longest kind, and four times as much for what other programs keep beside them. */
    static final int MAX_RECORD_BYTES = 65_536;

    /** The record that is being read is too long. */
    static final class TooLongException extends IOException {
        private static final long serialVersionUID = 1L;

        TooLongException() {
            super("longer than " + MAX_RECORD_BYTES / 1_024 + " KiB");
        }
    }

    private long read;
    private long recordBegan;
    private long batchBegan;

    ImportRecords(InputStream in) {
        super(in);
    }

    /** The parser is behind a record. */
    void nextRecord() {
        recordBegan = read;
    }

    /** The records so far are no longer in memory. */
    void nextBatch() {
        batchBegan = read;
    }

    /** How much was read for the records that are in memory. */
    long batchBytes() {
        return read - batchBegan;
    }

    @Override
    public int read() throws IOException {
        var value = super.read();
        count(value < 0 ? 0 : 1);
        return value;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        var count = super.read(into, offset, length);
        count(Math.max(0, count));
        return count;
    }

    private void count(int bytes) throws TooLongException {
        read += bytes;
        if (read - recordBegan > MAX_RECORD_BYTES) {
            throw new TooLongException();
        }
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
