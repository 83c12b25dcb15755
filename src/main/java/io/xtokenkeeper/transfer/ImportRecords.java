package io.xtokenkeeper.transfer;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * The input of an import; reading fails if one record has more than {@link #MAX_RECORD_BYTES}. A record is parsed into a
 * tree before any of it is validated, and a tree takes many times the memory of its text.
 *
 * <p>The parser reads some kilobytes ahead; these are counted for the preceding record.
 */
final class ImportRecords extends FilterInputStream {
    /** Four times the size of two tokens of the maximum length; the rest is for other fields that other programs store. */
    static final int MAX_RECORD_BYTES = 65_536;

    /** The current record is longer than {@link #MAX_RECORD_BYTES}. */
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

    /** The parser has read a record to its end. */
    void nextRecord() {
        recordBegan = read;
    }

    /** The records read so far are no longer in memory. */
    void nextBatch() {
        batchBegan = read;
    }

    /** How many bytes were read for the records that are in memory. */
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
