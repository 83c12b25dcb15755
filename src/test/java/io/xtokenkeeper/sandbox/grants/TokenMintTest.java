package io.xtokenkeeper.sandbox.grants;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A mint parses the tokens that it created, and no others. */
class TokenMintTest {
    private static final RandomGenerator RANDOM = new SplittableRandom(20_261_124);

    private final TokenMint mint = new TokenMint(RANDOM);

    @RepeatedTest(50)
    void readsWhatItMade() {
        TokenClaims.Kind[] kinds = TokenClaims.Kind.values();
        TokenClaims claims = new TokenClaims(
                kinds[RANDOM.nextInt(kinds.length)],
                RANDOM.nextInt(Integer.MAX_VALUE),
                RANDOM.nextInt(Integer.MAX_VALUE),
                RANDOM.nextLong(9_999_999_999_999L),
                RANDOM.nextInt(Integer.MAX_VALUE));
        assertThat(mint.mint(claims)).hasSize(91);
        assertThat(mint.read(mint.mint(claims))).contains(claims);
    }

    @ParameterizedTest
    @EnumSource
    void refusesEveryOtherSpelling(TokenClaims.Kind kind) {
        String token = mint.mint(new TokenClaims(kind, 7, 1, 1_795_509_593_468L, 7200));
        for (int at = 0; at < token.length(); at++) {
            char other = token.charAt(at) == 'A' ? 'B' : 'A';
            String changed = token.substring(0, at) + other + token.substring(at + 1);
            assertThat(mint.read(changed)).as("changed at %d", at).isEmpty();
        }
        assertThat(mint.read(token + "A")).isEmpty();
        assertThat(mint.read(token.substring(1))).isEmpty();
        assertThat(mint.read("\u00fc".repeat(91))).isEmpty();
        assertThat(mint.read("")).isEmpty();
    }

    @Test
    void refusesWhatAnotherMintMade() {
        TokenClaims claims = new TokenClaims(TokenClaims.Kind.REFRESH, 7, 1, 1_795_509_593_468L, 7200);
        assertThat(mint.read(new TokenMint(RANDOM).mint(claims))).isEmpty();
    }
}
