package io.xtokenkeeper.encryption;

import io.xtokenkeeper.domain.Secret;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.SymmetricKeyAlgorithmTags;
import org.bouncycastle.openpgp.PGPEncryptedDataGenerator;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPLiteralDataGenerator;
import org.bouncycastle.openpgp.operator.bc.BcPBEKeyEncryptionMethodGenerator;
import org.bouncycastle.openpgp.operator.bc.BcPGPDataEncryptorBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPDigestCalculatorProvider;

/**
 * Encrypts what is written to it with a passphrase, as an OpenPGP file (RFC 4880) that {@code gpg -d} decrypts: AES-256 with
 * modification detection (SEIPD version 1), the key derived by iterated and salted SHA-256, one binary literal packet. It
 * streams, with 128 KiB of buffers.
 *
 * <p>{@link #close()} completes the file and leaves the underlying stream open. A file that was not closed cannot be
 * decrypted, so a caller that fails to write all of it must not close it.
 */
public final class OpenPgpEncryption extends FilterOutputStream {
    /**
     * The highest count of the format: 65,011,712 bytes are hashed, which takes some tenths of a second (RFC 4880 §3.7.1.3).
     */
    private static final int S2K_COUNT = 0xff;

    private static final int BUFFER_BYTES = 65_536;

    private final OutputStream encrypted;

    private OpenPgpEncryption(OutputStream encrypted, OutputStream literal) {
        super(literal);
        this.encrypted = encrypted;
    }

    public static OpenPgpEncryption to(OutputStream file, Secret passphrase) throws IOException {
        try {
            var generator = new PGPEncryptedDataGenerator(
                    new BcPGPDataEncryptorBuilder(SymmetricKeyAlgorithmTags.AES_256).setWithIntegrityPacket(true));
            generator.addMethod(new BcPBEKeyEncryptionMethodGenerator(
                    passphrase.reveal().toCharArray(),
                    new BcPGPDigestCalculatorProvider().get(HashAlgorithmTags.SHA256),
                    S2K_COUNT));
            var encrypted = generator.open(file, new byte[BUFFER_BYTES]);
            var literal = new PGPLiteralDataGenerator()
                    .open(encrypted, PGPLiteralData.BINARY, "", PGPLiteralData.NOW, new byte[BUFFER_BYTES]);
            return new OpenPgpEncryption(encrypted, literal);
        } catch (PGPException e) {
            throw new IllegalStateException("AES-256 or SHA-256 is not usable on this platform", e);
        }
    }

    @Override
    public void write(byte[] from, int offset, int count) throws IOException {
        out.write(from, offset, count);
    }

    @Override
    public void close() throws IOException {
        out.close();
        encrypted.close();
    }
}
