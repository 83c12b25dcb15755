package io.xtokenkeeper.xapi;

import static io.xtokenkeeper.xapi.Said.NOW;
import static io.xtokenkeeper.xapi.Said.error;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.xtokenkeeper.domain.AccessToken;
import io.xtokenkeeper.domain.RefreshToken;
import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.domain.TokenPair;
import io.xtokenkeeper.xapi.TokenEndpointResult.AppRejected;
import io.xtokenkeeper.xapi.TokenEndpointResult.GrantRevoked;
import io.xtokenkeeper.xapi.TokenEndpointResult.Granted;
import io.xtokenkeeper.xapi.TokenEndpointResult.Later;
import io.xtokenkeeper.xapi.TokenEndpointResult.NotFromX;
import io.xtokenkeeper.xapi.TokenEndpointResult.RefreshTokenOnly;
import io.xtokenkeeper.xapi.TokenEndpointResult.Refused;
import io.xtokenkeeper.xapi.TokenEndpointResult.Unknown;
import io.xtokenkeeper.xapi.TokenEndpointResult.Unreadable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenResponseParserTest {
    private static final String HTML =
            "<html><head><title>502 Bad Gateway</title></head><body>cloudflare</body></html>";

    /** Every error that X documents or has been seen to send, and what it means for the grant. */
    static List<Arguments> refusals() {
        return List.of(
                arguments(
                        400,
                        error("invalid_request", "Value passed for the authorization code was invalid."),
                        Refused.class),
                arguments(
                        400,
                        error(
                                "invalid_request",
                                "Value passed for the code verifier did not match the code challenge."),
                        Refused.class),
                arguments(400, error("invalid_request", "Missing required parameter [code_verifier]."), Refused.class),
                arguments(
                        400,
                        error(
                                "invalid_request",
                                "Value passed for the redirect uri did not match the uri of the authorization code."),
                        Refused.class),
                arguments(400, error("invalid_request", "Missing required parameter [grant_type]."), Refused.class),
                arguments(400, error("invalid_request", "Missing required parameter [client_id]."), Refused.class),
                arguments(
                        400,
                        error(
                                "invalid_request",
                                "Value passed for the grant type was invalid. Grant type should be one of [authorization_code, refresh_token]."),
                        Refused.class),
                arguments(400, error("invalid_request", ""), Refused.class),
                arguments(400, error("unsupported_grant_type", ""), Refused.class),
                arguments(400, error("invalid_scope", ""), Refused.class),
                arguments(400, error("invalid_request", "Value passed for the token was invalid."), GrantRevoked.class),
                arguments(400, error("invalid_request", "value passed for the TOKEN WAS INVALID"), GrantRevoked.class),
                arguments(400, error("invalid_grant", ""), GrantRevoked.class),
                arguments(400, error("invalid_grant", "Token has been revoked"), GrantRevoked.class),
                arguments(401, error("unauthorized_client", "Missing valid authorization header"), AppRejected.class),
                arguments(400, error("unauthorized_client", ""), AppRejected.class),
                arguments(
                        400, error("invalid_client", "Value passed for the client id was invalid."), AppRejected.class),
                arguments(401, error("invalid_client", ""), AppRejected.class),
                arguments(
                        401, "{\"title\":\"Unauthorized\",\"type\":\"about:blank\",\"status\":401}", AppRejected.class),
                arguments(401, HTML, NotFromX.class),
                arguments(403, HTML, NotFromX.class),
                arguments(400, HTML, NotFromX.class),
                arguments(404, " \n<!DOCTYPE html>", NotFromX.class),
                arguments(429, HTML, NotFromX.class),
                arguments(429, error("rate_limited", ""), Later.class),
                arguments(429, "{\"title\":\"Too Many Requests\",\"status\":429}", Later.class),
                arguments(429, "", Later.class),
                arguments(503, error("temporarily_unavailable", ""), Later.class),
                arguments(400, error("temporarily_unavailable", ""), Later.class),
                arguments(500, error("server_error", ""), Later.class),
                arguments(502, "{\"title\":\"Bad Gateway\",\"status\":502}", Later.class),
                // a gateway's response may hide that X has processed the request
                arguments(500, "", Unknown.class),
                arguments(502, HTML, Unknown.class),
                arguments(503, HTML, Unknown.class),
                arguments(504, "upstream request timeout", Unknown.class),
                arguments(520, HTML, Unknown.class));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void aRefusalMeansWhatItSays(int status, String body, Class<? extends TokenEndpointResult> meaning) {
        assertThat(Said.token(status, body)).isInstanceOf(meaning);
    }

    /** The body that means a revoked grant with status 400, sent with other statuses: only the whole response counts. */
    @ParameterizedTest
    @CsvSource({
        "401, io.xtokenkeeper.xapi.TokenEndpointResult$AppRejected",
        "403, io.xtokenkeeper.xapi.TokenEndpointResult$Refused",
        "404, io.xtokenkeeper.xapi.TokenEndpointResult$Refused",
        "429, io.xtokenkeeper.xapi.TokenEndpointResult$Later",
        "500, io.xtokenkeeper.xapi.TokenEndpointResult$Later",
        "503, io.xtokenkeeper.xapi.TokenEndpointResult$Later",
        "302, io.xtokenkeeper.xapi.TokenEndpointResult$Refused",
        "200, io.xtokenkeeper.xapi.TokenEndpointResult$Unreadable"
    })
    void aGrantIsDeadAtStatus400Alone(int status, Class<? extends TokenEndpointResult> meaning) {
        assertThat(Said.token(status, error("invalid_grant", "gone"))).isInstanceOf(meaning);
        assertThat(Said.token(status, error("invalid_request", "Value passed for the token was invalid.")))
                .isInstanceOf(meaning);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{\"error\":\"invalid_gr",
                "[\"invalid_grant\"]",
                "\"invalid_grant\"",
                "{\"error\":null,\"error_description\":null}",
                "{\"error\":{\"code\":\"invalid_grant\"}}",
                "{\"error_description\":\"Value passed for the token was invalid.\"}",
                "{\"title\":\"invalid_grant\",\"detail\":\"Value passed for the token was invalid.\"}",
                "{\"error\":\"server_error\",\"error_description\":\"Value passed for the token was invalid.\"}"
            })
    void noOddBodyOfA400KillsAGrant(String body) {
        assertThat(Said.token(400, body)).isInstanceOf(Refused.class);
    }

    @Nested
    class AnswersOf200 {
        private static final String FULL = """
                {"token_type":"bearer","expires_in":7200,"access_token":"new-access",
                 "scope":"users.read tweet.read offline.access","refresh_token":"new-refresh"}""";

        private static TokenPair granted(String body) {
            assertThat(Said.token(200, body)).isInstanceOf(Granted.class);
            return ((Granted) Said.token(200, body)).pair();
        }

        @Test
        void carryAPair() {
            assertThat(granted(FULL))
                    .isEqualTo(new TokenPair(
                            AccessToken.of("new-access"),
                            Optional.of(RefreshToken.of("new-refresh")),
                            Optional.of(Scopes.of("tweet.read users.read offline.access")),
                            NOW,
                            Duration.ofHours(2)));
        }

        @ParameterizedTest
        @ValueSource(strings = {"bearer", "Bearer", "BEARER"})
        void nameTheTypeInAnyCase(String type) {
            assertThat(granted(FULL.replace("\"bearer\"", "\"" + type + "\"")).access())
                    .isEqualTo(AccessToken.of("new-access"));
        }

        @Test
        void mayHoldMoreThanWeKnow() {
            var more = FULL.replace("{", "{\"id_token\":{\"a\":[1,2]},\"x\":null,\"errors\":[],");
            assertThat(granted(more)).isEqualTo(granted(FULL));
        }

        @Test
        void mayHoldTokensOfAnyLength() {
            var token = "t".repeat(8_192);
            assertThat(granted(FULL.replace("new-access", token)).access()).isEqualTo(AccessToken.of(token));
        }

        static Stream<Arguments> withoutARefreshToken() {
            return Stream.of("\"refresh_token\":null", "\"refresh_token\":\"\"", "\"refresh_token\":\" \"", "\"x\":1")
                    .map(Arguments::of);
        }

        @ParameterizedTest
        @MethodSource("withoutARefreshToken")
        void maySendNoRefreshToken(String field) {
            var body = FULL.replace("\"refresh_token\":\"new-refresh\"", field);
            assertThat(granted(body).refresh()).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(strings = {"null", "\"\"", "\"  \"", "[\"tweet.read\"]", "\"not\\\\a\\\\scope\""})
        void maySayNothingUsefulOfTheScope(String scope) {
            assertThat(granted(FULL.replace("\"users.read tweet.read offline.access\"", scope))
                            .scope())
                    .isEmpty();
        }

        @ParameterizedTest
        @CsvSource({
            "7200, PT2H",
            "'\"7200\"', PT2H",
            "1, PT1S",
            "7200.7, PT2H",
            "null, PT5M",
            "0, PT5M",
            "-7200, PT5M",
            "'\"soon\"', PT5M",
            "[], PT5M",
            "31536000, PT8760H",
            "31536001, PT8760H",
            "9223372036854775807, PT8760H"
        })
        void areTakenAtTheirWordForTheLifetimeAsFarAsItCanBeOne(String expiresIn, Duration lifetime) {
            assertThat(granted(FULL.replace("7200", expiresIn)).lifetime()).isEqualTo(lifetime);
        }

        @ParameterizedTest
        @ValueSource(strings = {"99999999999999999999999999", "-99999999999999999999999999", "1e300", "-1e300"})
        void neverLiveLongerThanAYearOrShorterThanASecond(String expiresIn) {
            assertThat(granted(FULL.replace("7200", expiresIn)).lifetime())
                    .isBetween(Duration.ofSeconds(1), Duration.ofDays(365));
        }

        @Test
        void withoutALifetimeAreTakenAsSoonToEnd() {
            assertThat(granted(FULL.replace("\"expires_in\":7200,", "")).lifetime())
                    .isEqualTo(Duration.ofMinutes(5));
        }

        static Stream<String> unusable() {
            return Stream.of(
                    "",
                    "   ",
                    HTML,
                    "null",
                    "true",
                    "[]",
                    "{}",
                    "[" + FULL + "]",
                    FULL.substring(0, FULL.length() - 20),
                    FULL.substring(0, 30),
                    "[".repeat(5_000));
        }

        static Stream<String> withoutAUsableAccessToken() {
            return Stream.of(
                    FULL.replace("\"new-access\"", "null"),
                    FULL.replace("\"new-access\"", "\"\""),
                    FULL.replace("\"new-access\"", "\"  \""),
                    FULL.replace("\"new-access\"", "{\"value\":\"new-access\"}"),
                    FULL.replace("\"access_token\"", "\"token\""),
                    FULL.replace("\"bearer\"", "\"mac\""),
                    FULL.replace("\"bearer\"", "null"),
                    FULL.replace("\"bearer\"", "\"\""),
                    FULL.replace("\"token_type\":\"bearer\",", ""));
        }

        /** The refresh token that was sent is spent: this one is the only one left. */
        @ParameterizedTest
        @MethodSource("withoutAUsableAccessToken")
        void keepTheRefreshTokenOfAnAnswerWhoseAccessTokenCannotBeUsed(String body) {
            assertThat(Said.token(200, body))
                    .isInstanceOfSatisfying(
                            RefreshTokenOnly.class,
                            only -> assertThat(only.refresh()).isEqualTo(RefreshToken.of("new-refresh")));
        }

        @Test
        void areReadHoweverABoxOnTheWayChangedThem() throws IOException {
            var plain = FULL.getBytes(StandardCharsets.UTF_8);
            var bom = ("\uFEFF" + FULL).getBytes(StandardCharsets.UTF_8);
            var utf16 = FULL.getBytes(StandardCharsets.UTF_16LE);
            var latin1 = FULL.replace("{", "{\"note\":\"caf\u00e9\",").getBytes(StandardCharsets.ISO_8859_1);
            for (var body : List.of(bom, utf16, latin1, gzip(plain), gzip(bom))) {
                assertThat(Said.tokenOfBytes(body)).isEqualTo(new Granted(granted(FULL)));
            }
        }

        @Test
        void areReadAsFarAsTheRefreshTokenWhereTheyBreakOff() {
            assertThat(granted(FULL.stripTrailing().substring(0, FULL.lastIndexOf('}'))))
                    .isEqualTo(granted(FULL));
            assertThat(granted(FULL.replace("}", ",\"x\":[1,"))).isEqualTo(granted(FULL));
        }

        private static byte[] gzip(byte[] body) throws IOException {
            var zipped = new ByteArrayOutputStream();
            try (var gzip = new GZIPOutputStream(zipped)) {
                gzip.write(body);
            }
            return zipped.toByteArray();
        }

        /** The token that was sent may be spent: no other conclusion is possible. */
        @ParameterizedTest
        @MethodSource("unusable")
        void withoutAUsableTokenSayNothing(String body) {
            assertThat(Said.token(200, body)).isInstanceOf(Unreadable.class);
        }

        @Test
        void neverPutATokenIntoTheirHint() {
            assertThat(Said.token(200, FULL.replace("\"bearer\"", "\"mac\"")).hint())
                    .isEqualTo("HTTP 200 without a usable access token");
            assertThat(Said.token(200, FULL).hint()).isEqualTo("granted");
        }
    }

    @Nested
    class WhenToComeAgain {
        private static final long RESET = NOW.getEpochSecond() + 900;

        private static Later limited(String... headers) {
            return (Later) Said.token(429, error("rate_limited", ""), headers);
        }

        @Test
        void isWhatTheResetSays() {
            assertThat(limited("x-rate-limit-reset", Long.toString(RESET)).retryAt())
                    .contains(NOW.plusSeconds(900));
            assertThat(limited("X-Rate-Limit-Reset", " " + RESET + " ").retryAt())
                    .contains(NOW.plusSeconds(900));
        }

        @Test
        void isWhatRetryAfterSaysWhereThereIsNoReset() {
            assertThat(limited("Retry-After", "30").retryAt()).contains(NOW.plusSeconds(30));
        }

        @Test
        void isTheDateThatRetryAfterNames() {
            var date = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                    NOW.plusSeconds(60).atZone(ZoneOffset.UTC));
            assertThat(limited("Retry-After", date).retryAt())
                    .contains(NOW.plusSeconds(60).truncatedTo(ChronoUnit.SECONDS));
        }

        @Test
        void isTheResetWhereBothAreSaid() {
            assertThat(limited("Retry-After", "30", "x-rate-limit-reset", Long.toString(RESET))
                            .retryAt())
                    .contains(NOW.plusSeconds(900));
        }

        @ParameterizedTest
        @ValueSource(strings = {"soon", "", "-5", "1.5e9", "0x10", "NaN"})
        void isRetryAfterWhereTheResetIsGarbage(String reset) {
            assertThat(limited("Retry-After", "30", "x-rate-limit-reset", reset).retryAt())
                    .contains(NOW.plusSeconds(30));
        }

        @Test
        void isRetryAfterWhereTheResetIsOver() {
            var over = Long.toString(NOW.getEpochSecond() - 1);
            assertThat(limited("Retry-After", "30", "x-rate-limit-reset", over).retryAt())
                    .contains(NOW.plusSeconds(30));
        }

        @ParameterizedTest
        @ValueSource(strings = {"0", "-5", "soon", "", "30s", "9999999999999999999999"})
        void isNotSaidByARetryAfterThatSaysNothing(String seconds) {
            assertThat(limited("Retry-After", seconds).retryAt()).isEmpty();
        }

        @Test
        void isNotInThePast() {
            assertThat(limited("x-rate-limit-reset", "0").retryAt()).isEmpty();
            assertThat(limited("x-rate-limit-reset", Long.toString(NOW.getEpochSecond()))
                            .retryAt())
                    .isEmpty();
            assertThat(limited().retryAt()).isEmpty();
        }

        @ParameterizedTest
        @CsvSource({"x-rate-limit-reset, 99999999999", "Retry-After, 99999999999", "Retry-After, 86401"})
        void isNeverMoreThanADayAway(String header, String value) {
            assertThat(limited(header, value).retryAt()).contains(NOW.plus(Duration.ofDays(1)));
        }

        @Test
        void isHeededOf503Too() {
            var busy = (Later) Said.token(503, error("temporarily_unavailable", ""), "Retry-After", "120");
            assertThat(busy.retryAt()).contains(NOW.plusSeconds(120));
            assertThat(busy.rateLimited()).isFalse();
            assertThat(limited().rateLimited()).isTrue();
        }

        @Test
        void isAnInstantThatCanBeStored() {
            assertThat(limited("Retry-After", "86400").retryAt())
                    .hasValueSatisfying(at -> assertThat(at).isBefore(Instant.parse("2030-01-01T00:00:00Z")));
        }
    }
}
