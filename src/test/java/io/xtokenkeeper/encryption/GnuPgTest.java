package io.xtokenkeeper.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.xtokenkeeper.domain.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** GnuPG decrypts our files, and we decrypt GnuPG's. */
class GnuPgTest {
    private static final String PASSPHRASE = "correct horse battery";
    private static final byte[] TEXT =
            "{\"x_user_id\":\"1\",\"refresh_token\":\"abc\"}\n".repeat(50_000).getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path home;

    private Path text;
    private Path file;

    @BeforeEach
    void needsGnuPg() throws Exception {
        assumeTrue(isInstalled(), "gpg is not installed: apt-get install gnupg");
        text = Files.write(home.resolve("text"), TEXT);
        file = home.resolve("file");
    }

    @AfterEach
    void endAgent() throws Exception {
        if (isInstalled()) {
            run(List.of("gpgconf", "--homedir", home.toString(), "--kill", "all"));
        }
    }

    @Test
    void decryptsOurFile() throws Exception {
        try (var encryption = OpenPgpEncryption.to(Files.newOutputStream(file), Secret.of(PASSPHRASE))) {
            encryption.write(TEXT);
        }
        var decrypted = home.resolve("decrypted");

        gpg("--output", decrypted.toString(), "--decrypt", file.toString());

        assertThat(decrypted).hasBinaryContent(TEXT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--armor",
                "--compress-algo none",
                "--compress-algo zlib",
                "--compress-algo bzip2",
                "--cipher-algo AES256",
                "--rfc4880 --cipher-algo AES256",
                "--s2k-digest-algo SHA512 --s2k-count 65011712"
            })
    void fileIsDecryptedHere(String options) throws Exception {
        encrypt(options);

        try (var decryption = OpenPgpDecryption.of(Files.newInputStream(file), Secret.of(PASSPHRASE))) {
            assertThat(decryption.readAllBytes()).isEqualTo(TEXT);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--s2k-mode 0", "--s2k-mode 1", "--cipher-algo CAST5", "--cipher-algo TWOFISH"})
    void weakerFileIsRefused(String options) throws Exception {
        encrypt(options);

        assertThatThrownBy(() -> OpenPgpDecryption.of(Files.newInputStream(file), Secret.of(PASSPHRASE)))
                .isInstanceOf(OpenPgpFileException.class)
                .hasMessageContaining("gpg -c");
    }

    private void encrypt(String options) throws Exception {
        var arguments = new ArrayList<String>(List.of("--output", file.toString()));
        if (!options.isEmpty()) {
            arguments.addAll(List.of(options.split(" ")));
        }
        arguments.addAll(List.of("--symmetric", text.toString()));
        gpg(arguments.toArray(String[]::new));
    }

    private void gpg(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("gpg", "--homedir", home.toString(), "--batch", "--no-options"));
        command.addAll(List.of("--pinentry-mode", "loopback", "--passphrase", PASSPHRASE));
        command.addAll(List.of(arguments));
        run(command);
    }

    private static void run(List<String> command) throws Exception {
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start();
        var printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(printed).isZero();
    }

    private static boolean isInstalled() throws InterruptedException {
        try {
            return new ProcessBuilder("gpg", "--version")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
