package io.xtokenkeeper.crypto;

import java.io.IOException;
import java.io.OutputStream;

/** Seals a chunk as soon as it is full and more follows: only the last may say that it is. */
final class AgeSealing extends OutputStream {
    private final byte[] key;
    private final OutputStream out;
    private final byte[] chunk = new byte[AgeKeys.CHUNK_OCTETS];
    private int length;
    private long number;
    private boolean ended;

    AgeSealing(byte[] key, OutputStream out) {
        this.key = key;
        this.out = out;
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int count) throws IOException {
        var at = offset;
        while (at < offset + count) {
            if (length == chunk.length) {
                seal(false);
            }
            var some = Math.min(offset + count - at, chunk.length - length);
            System.arraycopy(from, at, chunk, length, some);
            length += some;
            at += some;
        }
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        if (!ended) {
            ended = true;
            seal(true);
            out.flush();
        }
    }

    private void seal(boolean last) throws IOException {
        out.write(AgeKeys.sealChunk(key, number, last, chunk, length));
        number++;
        length = 0;
    }
}
