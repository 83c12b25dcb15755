package io.xtokenkeeper.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CodeVerifierTest {
    @Test
    void challengesAsRfc7636AppendixB() {
        var verifier = new CodeVerifier(Secret.of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));
        assertThat(verifier.challenge()).isEqualTo("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    @Test
    void tenThousandAreLongEnoughUnreservedAndNeverTheSame() {
        var verifiers = new HashSet<String>();
        var challenges = new HashSet<String>();
        for (var i = 0; i < 10_000; i++) {
            var verifier = CodeVerifier.random();
            assertThat(verifier.value().reveal()).matches("[A-Za-z0-9._~-]{43,128}");
            assertThat(verifier.challenge()).matches("[A-Za-z0-9_-]{43}");
            verifiers.add(verifier.value().reveal());
            challenges.add(verifier.challenge());
        }
        assertThat(verifiers).hasSize(10_000);
        assertThat(challenges).hasSize(10_000);
    }

    @ParameterizedTest
    @ValueSource(ints = {43, 128})
    void mayHaveFrom43To128Characters(int length) {
        assertThatCode(() -> new CodeVerifier(Secret.of("a".repeat(length)))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 42, 129})
    void mayNotHaveFewerOrMore(int length) {
        assertThatIllegalArgumentException().isThrownBy(() -> new CodeVerifier(Secret.of("a".repeat(length))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"+", "/", "=", " ", "\n", "ä", "%"})
    void mayNotHoldReservedCharacters(String reserved) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CodeVerifier(Secret.of("a".repeat(43) + reserved)))
                .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain("aaa"));
    }
}
