package io.xtokenkeeper.crypto;

import io.xtokenkeeper.token.Secret;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * Files sealed under a passphrase in the age format, version 1, with one scrypt recipient: what {@code age -p} writes and
 * reads. Streams both ways, 64 KiB in memory; nothing is handed out that was not found genuine.
 */
public final class AgeFile {
    /** 64 MiB, some tenths of a second. Whoever seals picks a passphrase that cannot be guessed, so this is the fence behind it. */
    static final int LOG_COST = 16;
    /** What {@code age -p} takes, 256 MiB, is opened where the heap is twice as large. */
    private static final int HIGHEST_LOG_COST = 18;

    private static final int KIBIBYTE = 1_024;
    private static final int LONGEST_LINE = 128;
    private static final String VERSION = "age-encryption.org/v1";
    private static final Pattern STANZA = Pattern.compile("-> scrypt ([A-Za-z0-9+/]{22}) ([1-9][0-9]?)");
    private static final Pattern BODY = Pattern.compile("[A-Za-z0-9+/]{43}");
    private static final Pattern END = Pattern.compile("--- ([A-Za-z0-9+/]{43})");
    private static final SecureRandom RANDOM = new SecureRandom();

    private AgeFile() {}

    /** What is written to the result is sealed into {@code out}. Closing it ends the file, and leaves {@code out} open. */
    public static OutputStream seal(Secret passphrase, OutputStream out) throws IOException {
        var fileKey = random(AgeKeys.FILE_KEY_OCTETS);
        var salt = random(AgeKeys.SALT_OCTETS);
        var wrapped = AgeKeys.wrap(AgeKeys.wrapKey(passphrase, salt, LOG_COST), fileKey);
        var header = header(base64(salt), LOG_COST, base64(wrapped));
        var nonce = random(AgeKeys.NONCE_OCTETS);
        out.write(header);
        out.write((" " + base64(AgeKeys.headerMac(fileKey, header)) + "\n").getBytes(StandardCharsets.US_ASCII));
        out.write(nonce);
        return new AgeSealing(AgeKeys.payloadKey(fileKey, nonce), out);
    }

    /**
     * Reads the header; the rest as it is asked for.
     *
     * @throws NotAgeException where it is no such file, or asks for more memory than there is
     * @throws WrongPassphraseException where the passphrase is another
     */
    public static InputStream open(Secret passphrase, InputStream in) throws IOException {
        var version = line(in);
        var stanza = STANZA.matcher(line(in));
        var body = line(in);
        var end = END.matcher(line(in));
        if (!version.equals(VERSION) || !stanza.matches() || !BODY.matcher(body).matches() || !end.matches()) {
            throw new NotAgeException("not an age file with a passphrase (binary, not armored)");
        }
        var logCost = Integer.parseInt(stanza.group(2));
        if (logCost > HIGHEST_LOG_COST
                || (long) KIBIBYTE << logCost > Runtime.getRuntime().maxMemory() / 2) {
            throw new NotAgeException("its scrypt work factor of " + logCost + " is more than this service can do");
        }
        var fileKey = fileKey(passphrase, stanza.group(1), logCost, body);
        var header = header(stanza.group(1), logCost, body);
        if (!MessageDigest.isEqual(AgeKeys.headerMac(fileKey, header), octets(end.group(1)))) {
            throw new NotAgeException("its header was changed");
        }
        var nonce = in.readNBytes(AgeKeys.NONCE_OCTETS);
        return new AgeOpening(AgeKeys.payloadKey(fileKey, nonce), in);
    }

    private static byte[] fileKey(Secret passphrase, String salt, int logCost, String body) throws IOException {
        try {
            return AgeKeys.unwrap(AgeKeys.wrapKey(passphrase, octets(salt), logCost), octets(body));
        } catch (GeneralSecurityException e) {
            throw new WrongPassphraseException(e);
        }
    }

    private static byte[] header(String salt, int logCost, String body) {
        return (VERSION + "\n-> scrypt " + salt + " " + logCost + "\n" + body + "\n---")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static String line(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (var octet = in.read(); octet >= 0 && octet != '\n' && line.size() < LONGEST_LINE; octet = in.read()) {
            line.write(octet);
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    private static byte[] octets(String base64) throws NotAgeException {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new NotAgeException("its header is not in base64");
        }
    }

    private static String base64(byte[] octets) {
        return Base64.getEncoder().withoutPadding().encodeToString(octets);
    }

    private static byte[] random(int octets) {
        var random = new byte[octets];
        RANDOM.nextBytes(random);
        return random;
    }
}
