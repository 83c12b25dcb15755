package io.xtokenkeeper.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.fasterxml.jackson.module.paramnames.ParameterNamesModule;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SecretTest {
    private static final String TEXT = "VmFsdWUtdGhhdC1tdXN0LW5vdC1iZS1zaG93bg";
    private static final Secret SECRET = Secret.of(TEXT);

    /** Configured as the framework configures it. */
    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModules(new JavaTimeModule(), new Jdk8Module(), new ParameterNamesModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** A secret, alone and in every kind of object that may contain one. */
    static List<Object> holders() {
        var pair = new TokenPair(
                AccessToken.of(TEXT),
                Optional.of(RefreshToken.of(TEXT)),
                Optional.empty(),
                Instant.EPOCH,
                Duration.ofHours(2));
        return List.of(
                SECRET,
                AccessToken.of(TEXT),
                RefreshToken.of(TEXT),
                new CodeVerifier(Secret.of(TEXT.repeat(2))),
                new BrowserBinding(SECRET),
                pair,
                Optional.of(SECRET),
                List.of(pair),
                Map.of("secret", SECRET));
    }

    @ParameterizedTest
    @MethodSource("holders")
    void printsAsStars(Object holder) {
        assertThat(holder.toString()).contains("***").doesNotContain(TEXT);
        assertThat("%s".formatted(holder)).doesNotContain(TEXT);
    }

    @ParameterizedTest
    @MethodSource("holders")
    void isRefusedByJacksonInsteadOfLeaking(Object holder) {
        assertThatExceptionOfType(InvalidDefinitionException.class)
                .isThrownBy(() -> JSON.writeValueAsString(holder))
                .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain(TEXT));
    }

    @Test
    void isNotSerializable() {
        assertThat(SECRET).isNotInstanceOf(Serializable.class);
    }

    @Test
    void opensByItsOneDoor() {
        assertThat(SECRET.reveal()).isEqualTo(TEXT);
    }

    @Test
    void equalsASecretOfTheSameText() {
        assertThat(Secret.of(TEXT)).isEqualTo(SECRET).hasSameHashCodeAs(SECRET);
        assertThat(Secret.of(TEXT + "x")).isNotEqualTo(SECRET);
        assertThat(SECRET.equals((Object) TEXT)).isFalse();
        assertThat(AccessToken.of(TEXT)).isEqualTo(AccessToken.of(TEXT)).isNotEqualTo(AccessToken.of("other"));
    }

    @Test
    void hashesItsUtf8Bytes() {
        // FIPS 180-2, appendix B.1
        assertThat(HexFormat.of().formatHex(Secret.of("abc").sha256()))
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    @Test
    void cannotBeEmpty() {
        assertThatIllegalArgumentException().isThrownBy(() -> Secret.of(""));
        assertThatIllegalArgumentException().isThrownBy(() -> Secret.of(null));
    }

    @Test
    void isNeverMadeTwiceAtRandom() {
        var seen = new HashSet<String>();
        for (var i = 0; i < 1_000; i++) {
            assertThat(Secret.random(32).reveal()).matches("[A-Za-z0-9_-]{43}").satisfies(seen::add);
        }
        assertThat(seen).hasSize(1_000);
    }

    @Test
    void refreshTokensAreNamedByAFingerprintThatDoesNotGiveThemAway() {
        var token = RefreshToken.of(TEXT);
        assertThat(token.fingerprint()).isEqualTo(RefreshToken.of(TEXT).fingerprint());
        assertThat(token.fingerprint()).isNotEqualTo(RefreshToken.of(TEXT + "x").fingerprint());
        assertThat(token.fingerprint().hex()).matches("[0-9a-f]{32}");
    }
}
