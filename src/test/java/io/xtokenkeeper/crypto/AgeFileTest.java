package io.xtokenkeeper.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xtokenkeeper.token.Secret;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgeFileTest {
    private static final Secret PASSPHRASE = Secret.of("correct horse battery");
    private static final int OVERHEAD_OF_A_CHUNK = 16;

    /** Made by the npm package age-encryption, of age's own author. */
    private static final String OF_ANOTHER_TOOL =
            "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCBJWFVUMGZwUWxsYW5jbXUweE5HbXVnIDEwCk03c01OOCtYK1V6bjB2ZGVkcGlN"
                    + "MjBqNWZaL0pqNTJvbndhemJ2bnEzcW8KLS0tIGQxWW0yTW9nWXJZMlVjWFpNR1pQaWVFRlNVUXNHNlZmem05NGV6WTBrMTAKgHcp"
                    + "1J5LYA/MJjYa3sKrAQUI57EHxqjcT2UsB2Eudnuh8ZhtWSYZSzfUZcZOrWH5oyiOsw25cPEBf4xw7S+vfSWX4tYZcqwo";

    @Test
    void aFileOfAnotherToolOpens() throws Exception {
        assertThat(new String(open(Base64.getDecoder().decode(OF_ANOTHER_TOOL)), StandardCharsets.UTF_8))
                .isEqualTo("{\"x_user_id\":\"1\",\"refresh_token\":\"abc\"}\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 131_072})
    void whatIsSealedOpensAgain(int octets) throws Exception {
        var plain = octets(octets);

        assertThat(open(sealed(plain))).isEqualTo(plain);
    }

    @Test
    void anotherPassphraseDoesNotOpenIt() {
        assertThatThrownBy(() -> AgeFile.open(Secret.of("correct horse batterz"), stream(sealed(octets(10)))))
                .isInstanceOf(WrongPassphraseException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 5_000, 5_000 + OVERHEAD_OF_A_CHUNK})
    void aFileThatWasCutOffFailsInsteadOfEnding(int cut) throws Exception {
        var sealed = sealed(octets(65_536 + 5_000));

        assertThatThrownBy(() -> open(Arrays.copyOf(sealed, sealed.length - cut)))
                .isInstanceOf(NotAgeException.class)
                .hasMessageContaining("cut off");
    }

    @Test
    void aChangedOctetAnywhereDoesNotOpen() throws Exception {
        var sealed = Base64.getDecoder().decode(OF_ANOTHER_TOOL);
        for (var i = 0; i < sealed.length; i++) {
            var changed = sealed.clone();
            // never to a number that only costs time
            changed[i] ^= 0x40;
            assertThatThrownBy(() -> open(changed)).as("octet %d", i).isInstanceOf(IOException.class);
        }
    }

    @Test
    void oneThatAsksForTooMuchMemoryIsRefusedBeforeItGetsAny() {
        var greedy = "age-encryption.org/v1\n-> scrypt %s 30\n%s\n--- %s\n"
                .formatted("A".repeat(22), "A".repeat(43), "A".repeat(43));

        assertThatThrownBy(() -> open(greedy.getBytes(StandardCharsets.US_ASCII)))
                .isInstanceOf(NotAgeException.class)
                .hasMessageContaining("work factor");
    }

    private static byte[] sealed(byte[] plain) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var sealing = AgeFile.seal(PASSPHRASE, out)) {
            sealing.write(plain);
        }
        return out.toByteArray();
    }

    private static byte[] open(byte[] sealed) throws IOException {
        return AgeFile.open(PASSPHRASE, stream(sealed)).readAllBytes();
    }

    private static InputStream stream(byte[] octets) {
        return new ByteArrayInputStream(octets);
    }

    private static byte[] octets(int count) {
        var octets = new byte[count];
        new Random(count).nextBytes(octets);
        return octets;
    }
}
