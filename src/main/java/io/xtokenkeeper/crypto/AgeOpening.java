package io.xtokenkeeper.crypto;

import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.util.Arrays;

/** Opens chunk by chunk, and knows the last one by reading a little further. A file that was cut off does not end, it fails. */
final class AgeOpening extends InputStream {
    private static final int SEALED_OCTETS = AgeKeys.CHUNK_OCTETS + AgeKeys.TAG_OCTETS;

    private final byte[] key;
    private final InputStream in;
    /** One chunk, and the first octet of the next. */
    private final byte[] sealed = new byte[SEALED_OCTETS + 1];

    private int waiting;
    private byte[] plain = {};
    private int at;
    private long number;
    private boolean ended;

    AgeOpening(byte[] key, InputStream in) {
        this.key = key;
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int count) throws IOException {
        if (count == 0) {
            return 0;
        }
        while (at == plain.length) {
            if (ended) {
                return -1;
            }
            next();
        }
        var some = Math.min(count, plain.length - at);
        System.arraycopy(plain, at, into, offset, some);
        at += some;
        return some;
    }

    private void next() throws IOException {
        var filled = waiting + in.readNBytes(sealed, waiting, sealed.length - waiting);
        ended = filled <= SEALED_OCTETS;
        try {
            plain = AgeKeys.openChunk(key, number, ended, sealed, Math.min(filled, SEALED_OCTETS));
        } catch (GeneralSecurityException e) {
            throw new NotAgeException("the file was cut off or changed");
        }
        if (plain.length == 0 && number > 0) {
            throw new NotAgeException("the file ends with an empty chunk");
        }
        at = 0;
        number++;
        waiting = ended ? 0 : 1;
        sealed[0] = sealed[sealed.length - 1];
        Arrays.fill(sealed, waiting, sealed.length, (byte) 0);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
