package io.xtokenkeeper.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xtokenkeeper.domain.Secret;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.bouncycastle.bcpg.AEADAlgorithmTags;
import org.bouncycastle.bcpg.ArmoredOutputStream;
import org.bouncycastle.bcpg.CompressionAlgorithmTags;
import org.bouncycastle.bcpg.SymmetricKeyAlgorithmTags;
import org.bouncycastle.openpgp.PGPCompressedDataGenerator;
import org.bouncycastle.openpgp.PGPEncryptedDataGenerator;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPLiteralDataGenerator;
import org.bouncycastle.openpgp.operator.bc.BcPBEKeyEncryptionMethodGenerator;
import org.bouncycastle.openpgp.operator.bc.BcPGPDataEncryptorBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenPgpFileTest {
    private static final Secret PASSPHRASE = Secret.of("correct horse battery");
    private static final byte[] LINE = ascii("{\"x_user_id\":\"1\",\"refresh_token\":\"abc\"}\n");
    /** Encodes 1,024 bytes to hash, so that thousands of files are decrypted in a second. */
    private static final int LOW_COUNT = 0;

    private static final int BUFFER_BYTES = 65_536;
    /** Has the header of an encrypted data packet, and no valid content. */
    private static final String DATA = "d22a01" + "00".repeat(41);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 8_000_000})
    void encryptedTextDecrypts(int bytes) throws Exception {
        var text = random(bytes);

        assertThat(decrypt(encrypt(text))).isEqualTo(text);
    }

    @Test
    void encryptingKeepsLittleInMemory() throws Exception {
        var file = new ByteArrayOutputStream();
        try (var encryption = OpenPgpEncryption.to(file, PASSPHRASE)) {
            for (var written = 0; written < 4_000_000; written += LINE.length) {
                assertThat(written - file.size()).as("bytes in memory").isLessThan(200_000);
                encryption.write(LINE);
            }
        }
    }

    @Test
    void fileThatWasNeverClosedDoesNotDecrypt() throws Exception {
        var file = new ByteArrayOutputStream();
        var encryption = OpenPgpEncryption.to(file, PASSPHRASE);
        encryption.write(random(1_000_000));
        encryption.flush();

        assertRefused(file.toByteArray(), "cut off or changed");
    }

    @Test
    void wrongPassphraseIsNamed() throws Exception {
        var wrong = Secret.of("correct horse batterz");
        for (var file : List.of(encrypt(LINE), file(aes(), literal(LINE)), fileOfSessionKey(literal(LINE)))) {
            assertThatThrownBy(() -> OpenPgpDecryption.of(stream(file), wrong))
                    .isInstanceOf(OpenPgpFileException.class)
                    .hasMessage("the passphrase does not decrypt the file");
        }
    }

    @Test
    void truncatedFileYieldsNothing() throws Exception {
        for (var file : List.of(file(aes(), literal(LINE)), fileOfSessionKey(literal(LINE)))) {
            for (var length = 0; length < file.length; length++) {
                assertRefused(Arrays.copyOf(file, length), "");
            }
        }
        var large = encrypt(random(200_000));
        for (var cut : List.of(1, 20, 22, 23, 5_000, 65_536, 131_072, 190_000)) {
            assertRefused(Arrays.copyOf(large, large.length - cut), "cut off or changed");
        }
    }

    @Test
    void flippedBitYieldsNothing() throws Exception {
        for (var file : List.of(file(aes(), literal(LINE)), fileOfSessionKey(literal(LINE)))) {
            for (var bit = 0; bit < file.length * Byte.SIZE; bit++) {
                assertRefused(flip(file, bit / Byte.SIZE, 1 << bit % Byte.SIZE), "");
            }
        }
        var large = encrypt(random(200_000));
        for (var at : List.of(1_000, 65_700, 100_000, large.length - 30, large.length - 1)) {
            assertRefused(flip(large, at, 1), "cut off or changed");
        }
    }

    @Test
    void fileWithoutIntegrityProtectionIsRefused() throws Exception {
        assertRefused(file(aes().setWithIntegrityPacket(false), literal(LINE)), "not integrity protected");
    }

    /** What GnuPG 2.4 writes with {@code --force-ocb}. */
    @Test
    void authenticatedModesOfNewerVersionsAreNotSupported() throws Exception {
        var ocb = aes().setUseV5AEAD().setWithAEAD(AEADAlgorithmTags.OCB, 10);

        assertRefused(
                file(new PGPEncryptedDataGenerator(ocb), true, literal(LINE)), "encrypt it with gpg -c --rfc4880");
    }

    @Test
    void oldCiphersAreNotSupported() throws Exception {
        assertRefused(
                file(new BcPGPDataEncryptorBuilder(SymmetricKeyAlgorithmTags.CAST5), literal(LINE)),
                "--cipher-algo AES256");
    }

    @Test
    void fileForAPublicKeyIsNamed() {
        assertRefused(hex("c10d03" + "0011223344556677" + "01" + "0008ff" + DATA), "public key");
    }

    /** A user attribute packet after a session key packet; its length field claims most of the memory of the process. */
    @Test
    void packetThatClaimsAllMemoryIsNotRead() {
        var claimed = (int) Math.min(Runtime.getRuntime().maxMemory() / 2, Integer.MAX_VALUE / 2);
        var attribute = "d1ff" + "7fffffff" + "ff" + HexFormat.of().toHexDigits(claimed) + "01";
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        var before = threads.getCurrentThreadAllocatedBytes();

        assertRefused(hex("c30d0409" + "0308" + "0011223344556677" + "00" + attribute), "not an OpenPGP file");

        var allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(allocated).isLessThan(claimed / 4L);
    }

    /** Argon2 with 1 TiB of memory, one pass and four lanes. */
    @Test
    void argon2IsRefusedBeforeItTakesMemory() {
        assertRefused(hex("c3160409" + "04" + "00112233445566778899aabbccddeeff" + "01041e" + DATA), "not supported");
    }

    @ParameterizedTest
    @ValueSource(strings = {"c304" + "0409" + "0008", "c30c" + "0409" + "0108" + "0011223344556677"})
    void hashesThatAreNotIteratedAreRefused(String packet) {
        assertRefused(hex(packet + DATA), "not supported");
    }

    /** A session key packet of 1 MB that is otherwise valid. */
    @Test
    void largePacketBeforeTheDataIsNotReadIntoMemory() {
        var packet = hex("c3ff000f4240" + "0409" + "0308" + "0011223344556677" + "00");
        var rest = new byte[1_000_000 - 13];

        assertRefused(join(join(packet, rest), hex(DATA)), "not an OpenPGP file");
    }

    @Test
    void largeHeaderOfAnArmorIsNotReadIntoMemory() throws Exception {
        var armored = new String(armor(file(aes(), literal(LINE))), StandardCharsets.US_ASCII);
        var comment = "\nComment: " + "x".repeat(100_000) + "\n";

        assertRefused(ascii(armored.replaceFirst("\n", comment)), "not an OpenPGP file");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{\"x_user_id\":\"1\"}", "-----BEGIN PGP MESSAGE-----", "\u00ff\u00fe\u00c3", "\u00a3\u0001"
            })
    void nonsenseIsNamed(String text) {
        assertRefused(text.getBytes(StandardCharsets.ISO_8859_1), "not an OpenPGP file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"age-encryption.org/v1\n-> scrypt ", "-----BEGIN AGE ENCRYPTED FILE-----\n"})
    void exportOfAnEarlierVersionIsNamed(String start) {
        assertRefused(ascii(start), "decrypt them with age -d FILE");
    }

    @Test
    void whatFollowsTheFileIsNotIgnored() throws Exception {
        var file = file(aes(), literal(LINE));

        assertRefused(join(file, file), "one file at a time");
        assertRefused(join(armor(file), armor(file)), "one file at a time");
        assertThat(decrypt(join(armor(file), ascii("\r\n\n")))).isEqualTo(LINE);
    }

    @Test
    void armoredFileDecrypts() throws Exception {
        assertThat(decrypt(armor(encrypt(LINE)))).isEqualTo(LINE);
    }

    @Test
    void truncatedOrDamagedArmorYieldsNothing() throws Exception {
        var armored = armor(file(aes(), literal(LINE)));
        var lastOfData = new String(armored, StandardCharsets.US_ASCII).indexOf("\n=");
        for (var length = 0; length < armored.length; length++) {
            var cut = Arrays.copyOf(armored, length);
            if (length < lastOfData) {
                assertRefused(cut, "");
            } else {
                // all of the data is there, with its own checksum
                assertNothingOrAllOf(cut);
            }
        }
        assertRefused(flip(armored, lastOfData - 5, 1), "cut off or changed");
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                CompressionAlgorithmTags.UNCOMPRESSED,
                CompressionAlgorithmTags.ZIP,
                CompressionAlgorithmTags.ZLIB,
                CompressionAlgorithmTags.BZIP2
            })
    void compressedTextDecrypts(int algorithm) throws Exception {
        assertThat(decrypt(file(aes(), compressed(algorithm, literal(LINE))))).isEqualTo(LINE);
    }

    @Test
    void compressionBombEndsAtTheLimit() throws Exception {
        var zeros = new byte[1_024 * 1_024];
        var bomb = file(aes(), compressed(CompressionAlgorithmTags.ZIP, literal(out -> {
            for (var written = 0L; written <= OpenPgpDecryption.MAX_DECOMPRESSED_BYTES; written += zeros.length) {
                out.write(zeros);
            }
        })));

        assertThat(bomb).hasSizeLessThan(4_000_000);
        assertThatThrownBy(() -> read(bomb, OutputStream.nullOutputStream()))
                .isInstanceOf(OpenPgpFileException.class)
                .hasMessageContaining("more than 512 MiB");
    }

    @Test
    void compressionIsNotNested() throws Exception {
        var twice = compressed(CompressionAlgorithmTags.ZIP, compressed(CompressionAlgorithmTags.ZIP, literal(LINE)));

        assertRefused(file(aes(), twice), "not an OpenPGP file");
    }

    @Test
    void textThatDoesNotEndWellIsNotTakenForComplete() throws Exception {
        Content cut = out -> out.write(hex("cb7f" + "62" + "00" + "00000000" + "41424344"));
        Content twice = out -> {
            literal(LINE).writeTo(out);
            literal(LINE).writeTo(out);
        };
        for (var content : List.of(cut, twice, compressed(CompressionAlgorithmTags.ZLIB, twice))) {
            assertRefused(file(aes(), content), "something else than one literal packet");
        }
    }

    @Test
    void fileOnDiskIsDeletedWhileItIsRead() throws Exception {
        var before = filesOnDisk();
        try (var text = OpenPgpDecryption.of(stream(encrypt(LINE)), PASSPHRASE)) {
            assertThat(filesOnDisk()).isEqualTo(before);
            assertThat(text.readAllBytes()).isEqualTo(LINE);
        }
    }

    private static List<Path> filesOnDisk() throws IOException {
        try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().endsWith(".gpg"))
                    .sorted()
                    .toList();
        }
    }

    private static byte[] encrypt(byte[] text) throws IOException {
        var file = new ByteArrayOutputStream();
        try (var encryption = OpenPgpEncryption.to(file, PASSPHRASE)) {
            encryption.write(text);
        }
        return file.toByteArray();
    }

    private static byte[] decrypt(byte[] file) throws IOException {
        var text = new ByteArrayOutputStream();
        read(file, text);
        return text.toByteArray();
    }

    private static void read(byte[] file, OutputStream into) throws IOException {
        try (var text = OpenPgpDecryption.of(stream(file), PASSPHRASE)) {
            text.transferTo(into);
        }
    }

    private static void assertRefused(byte[] file, String why) {
        assertThatThrownBy(() -> decrypt(file))
                .isInstanceOf(OpenPgpFileException.class)
                .hasMessageContaining(why);
    }

    private static void assertNothingOrAllOf(byte[] file) throws IOException {
        try {
            assertThat(decrypt(file)).isEqualTo(LINE);
        } catch (OpenPgpFileException e) {
            assertThat(e).hasMessageContaining("cut off or changed");
        }
    }

    /** Writes the content of the encrypted data packet. */
    private interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    private static Content literal(byte[] text) {
        return literal(out -> out.write(text));
    }

    private static Content literal(Content text) {
        return out -> {
            try (var literal = new PGPLiteralDataGenerator()
                    .open(out, PGPLiteralData.BINARY, "", PGPLiteralData.NOW, new byte[BUFFER_BYTES])) {
                text.writeTo(literal);
            }
        };
    }

    private static Content compressed(int algorithm, Content packets) {
        return out -> {
            try (var compressed = new PGPCompressedDataGenerator(algorithm).open(out, new byte[BUFFER_BYTES])) {
                packets.writeTo(compressed);
            } catch (PGPException e) {
                throw new IOException(e);
            }
        };
    }

    private static BcPGPDataEncryptorBuilder aes() {
        return new BcPGPDataEncryptorBuilder(SymmetricKeyAlgorithmTags.AES_256).setWithIntegrityPacket(true);
    }

    /** As {@code gpg -c} writes it: the key is derived from the passphrase. */
    private static byte[] file(BcPGPDataEncryptorBuilder cipher, Content content) throws Exception {
        return file(new PGPEncryptedDataGenerator(cipher), false, content);
    }

    /** As an export writes it: the key derived from the passphrase encrypts the session key. */
    private static byte[] fileOfSessionKey(Content content) throws Exception {
        return file(new PGPEncryptedDataGenerator(aes()), true, content);
    }

    private static byte[] file(PGPEncryptedDataGenerator generator, boolean sessionKey, Content content)
            throws Exception {
        generator.setForceSessionKey(sessionKey);
        generator.addMethod(
                new BcPBEKeyEncryptionMethodGenerator(PASSPHRASE.reveal().toCharArray(), LOW_COUNT));
        var file = new ByteArrayOutputStream();
        try (var encrypted = generator.open(file, new byte[BUFFER_BYTES])) {
            content.writeTo(encrypted);
        }
        return file.toByteArray();
    }

    private static byte[] armor(byte[] file) throws IOException {
        var armored = new ByteArrayOutputStream();
        try (var armor = ArmoredOutputStream.builder().build(armored)) {
            armor.write(file);
        }
        return armored.toByteArray();
    }

    private static byte[] flip(byte[] file, int at, int bits) {
        var changed = file.clone();
        changed[at] ^= (byte) bits;
        return changed;
    }

    private static byte[] join(byte[] one, byte[] other) {
        var both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    private static InputStream stream(byte[] bytes) {
        return new ByteArrayInputStream(bytes);
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] random(int bytes) {
        var random = new byte[bytes];
        new Random(bytes).nextBytes(random);
        return random;
    }
}
