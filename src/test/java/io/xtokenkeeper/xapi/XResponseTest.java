package io.xtokenkeeper.xapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.xtokenkeeper.domain.Secret;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Hints: X's error text, made safe for logs, pages and problems. */
class XResponseTest {
    private static final JsonMapper JSON = new JsonMapper();

    /** Tokens in X's format, at every length from 32 on, and in the formats of other servers. */
    static Stream<String> tokens() {
        return Stream.concat(
                IntStream.rangeClosed(24, 96)
                        .mapToObj(bytes -> Secret.random(bytes).reveal()),
                Stream.of(
                        "VmY5cW9fTFJqQ2xSMHJzRXJ2dHZxTGhKZ1lLcTZ5dDFtTEJ4dzE2NzI1MzExOTk6MTowOmF0OjE",
                        "0123456789abcdef0123456789abcdef",
                        "AAAAAAAAAAAAAAAAAAAAAMLheAAAAAAA0%2BuSeid%2BULvsea4JtiGRiSDSJSI%3DEUifiRBkKG5E2XzMDjRfl76ZC9Ub0wnz4XsNiRVBChTYbJcE3F",
                        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"));
    }

    @ParameterizedTest
    @MethodSource("tokens")
    void aHintNeverHoldsATokenWhereverXPutsIt(String token) throws Exception {
        for (var field : List.of("error", "error_description", "title", "detail")) {
            for (var words :
                    List.of("%s", "the token '%s' was invalid", "a=%s&b=1", "Bearer %s", "x ".repeat(80) + "%s")) {
                var body = JSON.writeValueAsString(Map.of(field, words.formatted(token)));
                assertThat(leaked(token, Said.answer(400, body).hint())).isEmpty();
            }
        }
    }

    /** The substrings of 24 characters that the hint reveals. */
    private static List<String> leaked(String token, String hint) {
        return IntStream.rangeClosed(0, token.length() - 24)
                .mapToObj(from -> token.substring(from, from + 24))
                .filter(hint::contains)
                .toList();
    }

    @Test
    void aHintIsXsOwnWords() {
        assertThat(Said.answer(400, Said.error("invalid_request", "Missing required parameter [client_id]."))
                        .hint())
                .isEqualTo("HTTP 400 invalid_request Missing required parameter [client_id].");
        assertThat(Said.answer(403, "{\"title\":\"Client Forbidden\",\"detail\":\"not enrolled\"}")
                        .hint())
                .isEqualTo("HTTP 403 Client Forbidden not enrolled");
    }

    @Test
    void aHintOfABodyThatIsNoJsonIsTheStatusAlone() {
        assertThat(Said.answer(502, "<html>secret-in-html</html>").hint()).isEqualTo("HTTP 502");
        assertThat(Said.answer(503, "").hint()).isEqualTo("HTTP 503");
    }

    @Test
    void aHintIsOneLine() throws Exception {
        var body =
                JSON.writeValueAsString(Map.of("error", "a\r\nfake log line\u001b[31m", "error_description", "b\tc"));
        assertThat(Said.answer(400, body).hint()).isEqualTo("HTTP 400 a  fake log line [31m b c");
    }

    @Test
    void aHintIsShort() {
        assertThat(Said.answer(400, Said.error("e", "words ".repeat(1_000))).hint())
                .hasSize(201)
                .endsWith("…");
    }
}
