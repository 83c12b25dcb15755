package io.xtokenkeeper.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The value types that are not secrets: each is validated when it is created. */
class WordsTest {
    @Nested
    class AnAccountId {
        @ParameterizedTest
        @ValueSource(strings = {"0", "2244994945", "9223372036854775807", "pending-0123456789abcdef0123456789abcdef"})
        void isAnXUserOrAPendingOne(String text) {
            assertThat(AccountId.parse(text)).contains(new AccountId(text));
            assertThat(new AccountId(text)).hasToString(text);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    " ",
                    "-1",
                    "+1",
                    "1.0",
                    "1e9",
                    " 1",
                    "1 ",
                    "1\n",
                    "12345678901234567890",
                    "١٢٣",
                    "XDevelopers",
                    "pending-",
                    "pending-0123456789ABCDEF0123456789ABCDEF",
                    "pending-0123456789abcdef0123456789abcdef0",
                    "1' or '1'='1"
                })
        void isNothingElse(String text) {
            assertThat(AccountId.parse(text)).isEmpty();
            assertThatIllegalArgumentException().isThrownBy(() -> new AccountId(text));
        }

        @Test
        void isNeverMissing() {
            assertThat(AccountId.parse(null)).isEmpty();
            assertThatIllegalArgumentException().isThrownBy(() -> new AccountId(null));
        }

        @Test
        void isTheSameForTheSamePendingGrant() {
            var token = RefreshToken.of("a-refresh-token");
            assertThat(AccountId.pending(token))
                    .isEqualTo(AccountId.pending(RefreshToken.of("a-refresh-token")))
                    .isNotEqualTo(AccountId.pending(RefreshToken.of("another")))
                    .satisfies(id -> assertThat(id.isPending()).isTrue())
                    .satisfies(id -> assertThat(id.value()).doesNotContain("a-refresh-token"));
            assertThat(new AccountId("1").isPending()).isFalse();
        }
    }

    @Nested
    class ScopesAre {
        @Test
        void equalInAnyOrder() {
            assertThat(Scopes.of("users.read tweet.read"))
                    .isEqualTo(Scopes.of("tweet.read users.read"))
                    .hasSameHashCodeAs(Scopes.of("tweet.read users.read"))
                    .isNotEqualTo(Scopes.of("tweet.read"));
        }

        @Test
        void printedInTheOrderGiven() {
            assertThat(Scopes.of("  users.read \t tweet.read\nusers.read  ")).hasToString("users.read tweet.read");
        }

        @Test
        void addedAtTheEnd() {
            assertThat(Scopes.of("users.read").and("tweet.read", "users.read")).hasToString("users.read tweet.read");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "  ", "a\"b", "a\\b", "tweet.read \u0000", "tweet.read,\u00e4"})
        void refusedWhereTheyCannotBeScopes(String text) {
            assertThat(Scopes.parse(text)).isEmpty();
            assertThatIllegalArgumentException().isThrownBy(() -> Scopes.of(text));
        }

        @Test
        void refusedWhereTheyAreEndless() {
            assertThat(Scopes.parse("a ".repeat(1_001))).isEmpty();
            assertThat(Scopes.parse("a ".repeat(999) + "a")).isPresent();
        }

        @Test
        void notChangedByAnybody() {
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() -> Scopes.of("a").names().add("b"));
        }
    }

    @Nested
    class AReturnTo {
        private static final AllowedOrigins NAMED =
                AllowedOrigins.of("https://App.example:443, http://localhost:3000,");

        @ParameterizedTest
        @ValueSource(strings = {"/", "/me", "/me?tab=1&next=https://other.example", "/a/b#c", "/%2F%2Fother.example"})
        void isAPathOfOurs(String text) {
            assertThat(AllowedOrigins.NONE.allow(text))
                    .hasValueSatisfying(path -> assertThat(path).hasToString(text));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "me",
                    "//other.example",
                    "/\\other.example",
                    "\\\\other.example",
                    "https://other.example",
                    "javascript:alert(1)",
                    "/\"quoted\"",
                    "/100%",
                    "/\t/other.example",
                    "/\n/other.example",
                    " /me",
                    "/me\r\nSet-Cookie: a=b",
                    "/a\\b"
                })
        void leadsNowhereElse(String text) {
            assertThat(AllowedOrigins.NONE.allow(text)).isEmpty();
        }

        @Test
        void endsSomewhere() {
            assertThat(AllowedOrigins.NONE.allow("/" + "a".repeat(2_000))).isEmpty();
            assertThat(AllowedOrigins.NONE.allow(null)).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "https://app.example",
                    "https://app.example/",
                    "https://app.example/done?from=x#top",
                    "https://app.example?a=b",
                    "http://localhost:3000/me"
                })
        void mayLeadToAnOriginThatWasNamed(String text) {
            assertThat(NAMED.allow(text)).contains(new ReturnUrl(text));
            assertThat(AllowedOrigins.NONE.allow(text)).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "https://app.example.evil.example/",
                    "https://app.example@evil.example/",
                    "https://app.example:8443/",
                    "https://app.example\\@evil.example",
                    "https://evil.example/https://app.example/",
                    "http://app.example/",
                    "//app.example/",
                    "https:app.example",
                    "https:///app.example",
                    "https://sub.app.example/"
                })
        void leadsToNoNeighbourOfIt(String text) {
            assertThat(NAMED.allow(text)).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "app.example",
                    "http://app.example",
                    "https://app.example/path",
                    "https://*.example",
                    "https://me:password@app.example",
                    "*"
                })
        void mustBeNamedAsAnOrigin(String text) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> AllowedOrigins.of(text))
                    .withMessageNotContaining("password");
        }
    }

    @Test
    void aBrowserKeyIsReadBackFromItsCookie() {
        var key = BrowserBinding.random();
        assertThat(BrowserBinding.parse(key.cookieValue())).contains(key);
        assertThat(List.of(
                        "", "short", key.cookieValue() + "x", key.cookieValue().substring(1) + "="))
                .allSatisfy(cookie -> assertThat(BrowserBinding.parse(cookie)).isEmpty());
    }

    @Test
    void aPairEndsItsLifetimeAfterItWasIssued() {
        var pair = new TokenPair(
                AccessToken.of("access"), Optional.empty(), Optional.empty(), Instant.EPOCH, Duration.ofSeconds(7_200));
        assertThat(pair.expiresAt()).isEqualTo(Instant.parse("1970-01-01T02:00:00Z"));
    }
}
