package io.xtokenkeeper.encryption;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Fails with {@link OpenPgpFileException} when more bytes than a limit are read; {@link #lift} removes the limit. */
final class BoundedInputStream extends FilterInputStream {
    private final String message;
    private long left;

    /**
     * @param limit in bytes
     * @param message of the {@link OpenPgpFileException}
     */
    BoundedInputStream(InputStream in, long limit, String message) {
        super(in);
        this.left = limit;
        this.message = message;
    }

    void lift() {
        left = Long.MAX_VALUE;
    }

    @Override
    public int read() throws IOException {
        var value = super.read();
        count(value < 0 ? 0 : 1);
        return value;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        var read = super.read(into, offset, length);
        count(read);
        return read;
    }

    private void count(int read) throws OpenPgpFileException {
        left -= Math.max(0, read);
        if (left < 0) {
            throw new OpenPgpFileException(message);
        }
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
