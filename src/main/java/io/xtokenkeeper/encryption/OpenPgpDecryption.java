package io.xtokenkeeper.encryption;

import io.xtokenkeeper.domain.Secret;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.bouncycastle.bcpg.ArmoredInputException;
import org.bouncycastle.bcpg.ArmoredInputStream;
import org.bouncycastle.bcpg.BCPGInputStream;
import org.bouncycastle.bcpg.Packet;
import org.bouncycastle.bcpg.PacketTags;
import org.bouncycastle.bcpg.S2K;
import org.bouncycastle.bcpg.SymmetricEncDataPacket;
import org.bouncycastle.bcpg.SymmetricEncIntegrityPacket;
import org.bouncycastle.bcpg.SymmetricKeyAlgorithmTags;
import org.bouncycastle.openpgp.PGPCompressedData;
import org.bouncycastle.openpgp.PGPEncryptedDataList;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPPBEEncryptedData;
import org.bouncycastle.openpgp.PGPSessionKey;
import org.bouncycastle.openpgp.operator.bc.BcPBEDataDecryptorFactory;
import org.bouncycastle.openpgp.operator.bc.BcPGPDigestCalculatorProvider;
import org.bouncycastle.openpgp.operator.bc.BcSessionKeyDataDecryptorFactory;

/**
 * Decrypts an OpenPGP file (RFC 4880) that was encrypted with a passphrase, by {@link OpenPgpEncryption} or {@code gpg -c}.
 *
 * <ol>
 *   <li><b>Nothing of a truncated or changed file is returned, decompressed or parsed.</b> The modification detection code
 *       is at the end of the file, and until there an attacker who knows the plaintext can change it undetected. So the file
 *       is stored first, still encrypted, and decrypted twice: once to verify the code, once to be read.
 *   <li>The file is stored in {@code java.io.tmpdir} and deleted while it is open, so that a crash leaves no copy. It takes
 *       as much disk space as its size; memory use does not depend on its size.
 *   <li>Accepted are AES, iterated and salted S2K, one layer of compression up to {@link #MAX_DECOMPRESSED_BYTES}, binary
 *       and armored files. Rejected are files encrypted for a public key, files without modification detection, Argon2,
 *       which can require a TiB of memory, and the modes that GnuPG 2.2 does not write. Deriving a key from the passphrase
 *       hashes at most 65,011,712 bytes, and allocates no memory for them.
 * </ol>
 */
public final class OpenPgpDecryption extends InputStream {
    /** Error text for exports of earlier versions. */
    public static final String AGE_FILE =
            "exports of earlier versions are age files, which are not read any more: decrypt them"
                    + " with age -d FILE, and import its lines as application/x-ndjson";
    /** The same limit as for an uncompressed import. */
    static final long MAX_DECOMPRESSED_BYTES = 512L * 1_024 * 1_024;

    /**
     * Limit for everything before the encrypted data, and for the headers of an armored file: only these are read into
     * memory.
     */
    private static final int MAX_HEADER_BYTES = 65_536;

    private static final int BUFFER_BYTES = 65_536;
    private static final int PEEKED_BYTES = 64;
    private static final Set<Integer> AES = Set.of(
            SymmetricKeyAlgorithmTags.AES_128, SymmetricKeyAlgorithmTags.AES_192, SymmetricKeyAlgorithmTags.AES_256);

    private static final Set<Integer> HEADER = Set.of(
            PacketTags.PUBLIC_KEY_ENC_SESSION,
            PacketTags.SYMMETRIC_KEY_ENC_SESSION,
            PacketTags.SYMMETRIC_KEY_ENC,
            PacketTags.SYM_ENC_INTEGRITY_PRO,
            PacketTags.AEAD_ENC_DATA);

    private static final String NOT_OPENPGP =
            "not an OpenPGP file that is encrypted with a passphrase: send what an export or gpg -c wrote";
    private static final String DAMAGED = "the file was cut off or changed: copy or export it again";
    private static final String WRONG_PASSPHRASE = "the passphrase does not decrypt the file";
    private static final String PUBLIC_KEY = "the file is encrypted for a public key: encrypt it with gpg -c instead";
    private static final String NOT_PROTECTED = "the file is not integrity protected, so it may have been changed:"
            + " encrypt it with gpg -c --cipher-algo AES256";
    private static final String NOT_SUPPORTED = "the file is encrypted in a way that is not supported:"
            + " encrypt it with gpg -c --rfc4880 --cipher-algo AES256";
    private static final String FOLLOWED = "something follows the encrypted data: send one file at a time";
    private static final String TOO_LARGE = "the file decompresses to more than 512 MiB: import its lines in parts";
    private static final String NO_SPACE = "the service has no disk space to verify the file:"
            + " decrypt it with gpg -d, and import its lines as application/x-ndjson";
    private static final String NOT_LITERAL = "the file decrypts to something else than one literal packet";

    private final FileChannel file;
    /** The stream that contains the literal packet; anything after that packet is rejected. */
    private final BCPGInputStream packets;

    private final InputStream literal;

    private OpenPgpDecryption(FileChannel file, PGPSessionKey key) throws IOException, PGPException {
        this.file = file;
        var data = header(fromStart(file)).extractSessionKeyEncryptedData();
        var decrypted = new BCPGInputStream(data.getDataStream(new BcSessionKeyDataDecryptorFactory(key)));
        packets = decrypted.nextPacketTag() == PacketTags.COMPRESSED_DATA ? decompress(decrypted) : decrypted;
        literal = new PGPLiteralData((InputStream) packets).getDataStream();
    }

    /**
     * Reads {@code in} to its end and verifies it; the stream that is returned has the plaintext.
     *
     * @throws OpenPgpFileException if the file or the passphrase is wrong. Reading the returned stream throws it if a file
     *     that passes verification is not well-formed inside
     * @throws IOException if reading {@code in} fails
     */
    public static OpenPgpDecryption of(InputStream in, Secret passphrase) throws IOException {
        var file = store(in);
        try {
            return new OpenPgpDecryption(file, verify(file, passphrase));
        } catch (IOException | PGPException | RuntimeException e) {
            file.close();
            throw e instanceof OpenPgpFileException known ? known : new OpenPgpFileException(NOT_OPENPGP, e);
        }
    }

    private static FileChannel store(InputStream in) throws IOException {
        var whole = new BufferedInputStream(in);
        var binary = withoutArmor(whole);
        var file = temporaryFile();
        try {
            var buffer = ByteBuffer.allocate(BUFFER_BYTES);
            // byte by byte: a read into an array would continue after the end of the armor
            for (var value = binary.read(); value >= 0; value = binary.read()) {
                buffer.put((byte) value);
                if (!buffer.hasRemaining()) {
                    write(buffer, file);
                }
            }
            write(buffer, file);
            if (!peek(whole).isEmpty()) {
                throw new OpenPgpFileException(FOLLOWED);
            }
            return file;
        } catch (ArmoredInputException | EOFException | RuntimeException e) {
            file.close();
            throw new OpenPgpFileException(DAMAGED, e);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private static InputStream withoutArmor(BufferedInputStream in) throws IOException {
        var start = peek(in);
        if (start.startsWith("age-encryption.org/") || start.startsWith("-----BEGIN AGE ENCRYPTED FILE-----")) {
            throw new OpenPgpFileException(AGE_FILE);
        }
        if (!start.startsWith("-----BEGIN PGP MESSAGE-----")) {
            return in;
        }
        var bounded = new BoundedInputStream(in, MAX_HEADER_BYTES, NOT_OPENPGP);
        var armored = new ArmoredInputStream(bounded);
        bounded.lift();
        return armored;
    }

    private static String peek(BufferedInputStream in) throws IOException {
        in.mark(PEEKED_BYTES);
        var next = new String(in.readNBytes(PEEKED_BYTES), StandardCharsets.ISO_8859_1);
        in.reset();
        return next.strip();
    }

    private static FileChannel temporaryFile() throws OpenPgpFileException {
        try {
            return FileChannel.open(
                    Files.createTempFile("import", ".gpg"),
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.DELETE_ON_CLOSE);
        } catch (IOException e) {
            throw new OpenPgpFileException(NO_SPACE, e);
        }
    }

    private static void write(ByteBuffer buffer, FileChannel file) throws OpenPgpFileException {
        try {
            buffer.flip();
            while (buffer.hasRemaining()) {
                file.write(buffer);
            }
            buffer.clear();
        } catch (IOException e) {
            throw new OpenPgpFileException(NO_SPACE, e);
        }
    }

    private static PGPSessionKey verify(FileChannel file, Secret passphrase) throws IOException {
        var in = fromStart(file);
        var header = header(in);
        var key = sessionKey(forPassphrase(header), passphrase);
        var data = header.extractSessionKeyEncryptedData();
        try {
            data.getDataStream(new BcSessionKeyDataDecryptorFactory(key)).transferTo(OutputStream.nullOutputStream());
            if (!data.verify()) {
                throw new OpenPgpFileException(DAMAGED);
            }
        } catch (PGPException e) {
            throw new OpenPgpFileException(e.getCause() instanceof EOFException ? DAMAGED : WRONG_PASSPHRASE, e);
        } catch (IOException e) {
            throw new OpenPgpFileException(DAMAGED, e);
        }
        if (in.read() >= 0) {
            throw new OpenPgpFileException(FOLLOWED);
        }
        return key;
    }

    private static BoundedInputStream fromStart(FileChannel file) throws IOException {
        file.position(0);
        return new BoundedInputStream(
                new BufferedInputStream(Channels.newInputStream(file), BUFFER_BYTES), MAX_HEADER_BYTES, NOT_OPENPGP);
    }

    /**
     * Reads everything before the encrypted data, and rejects data that is not integrity protected. The encrypted data is
     * read later.
     */
    private static PGPEncryptedDataList header(BoundedInputStream in) throws IOException {
        var header = new PGPEncryptedDataList(new HeaderPackets(in));
        in.lift();
        if (header.getEncryptedData() instanceof SymmetricEncDataPacket) {
            throw new OpenPgpFileException(NOT_PROTECTED);
        }
        return header;
    }

    /**
     * Rejects all packets but those that belong before the encrypted data. For others the library would allocate as much
     * memory as their length field claims, up to all of the process, before the passphrase is checked.
     */
    private static final class HeaderPackets extends BCPGInputStream {
        HeaderPackets(InputStream in) {
            super(in);
        }

        @Override
        public Packet readPacket() throws IOException {
            if (!HEADER.contains(nextPacketTag())) {
                throw new OpenPgpFileException(NOT_OPENPGP);
            }
            return super.readPacket();
        }
    }

    private static PGPPBEEncryptedData forPassphrase(PGPEncryptedDataList header) throws OpenPgpFileException {
        for (var method : header) {
            if (method instanceof PGPPBEEncryptedData data) {
                if (header.getEncryptedData() instanceof SymmetricEncIntegrityPacket packet
                        && packet.getVersion() == SymmetricEncIntegrityPacket.VERSION_1) {
                    return data;
                }
                throw new OpenPgpFileException(NOT_SUPPORTED);
            }
        }
        throw new OpenPgpFileException(header.isEmpty() ? NOT_OPENPGP : PUBLIC_KEY);
    }

    private static PGPSessionKey sessionKey(PGPPBEEncryptedData data, Secret passphrase) throws OpenPgpFileException {
        try {
            var key = data.getSessionKey(new IteratedAndSalted(passphrase));
            if (AES.contains(key.getAlgorithm())) {
                return key;
            }
        } catch (PGPException e) {
            throw new OpenPgpFileException(NOT_SUPPORTED, e);
        }
        // the file declares an algorithm; any other is the result of decrypting the session key with a wrong passphrase
        throw new OpenPgpFileException(AES.contains(data.getAlgorithm()) ? WRONG_PASSPHRASE : NOT_SUPPORTED);
    }

    private static BCPGInputStream decompress(BCPGInputStream packets) throws IOException, PGPException {
        var decompressed = new PGPCompressedData(packets).getDataStream();
        return new BCPGInputStream(new BoundedInputStream(decompressed, MAX_DECOMPRESSED_BYTES, TOO_LARGE));
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int count) throws IOException {
        try {
            var read = literal.read(into, offset, count);
            if (read < 0 && packets.read() >= 0) {
                throw new OpenPgpFileException(NOT_LITERAL);
            }
            return read;
        } catch (OpenPgpFileException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new OpenPgpFileException(NOT_LITERAL, e);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    /** Accepts iterated and salted S2K only, which hashes at most 65,011,712 bytes: the format has no higher count. */
    private static final class IteratedAndSalted extends BcPBEDataDecryptorFactory {
        IteratedAndSalted(Secret passphrase) {
            super(passphrase.reveal().toCharArray(), new BcPGPDigestCalculatorProvider());
        }

        @Override
        public byte[] makeKeyFromPassPhrase(int algorithm, S2K s2k) throws PGPException {
            if (s2k.getType() != S2K.SALTED_AND_ITERATED) {
                throw new PGPException("S2K type " + s2k.getType());
            }
            return super.makeKeyFromPassPhrase(algorithm, s2k);
        }
    }
}
