package io.xtokenkeeper.xapi;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An HTTP response of X, decoded but not yet interpreted.
 *
 * @param json the body, a missing node if it is not JSON
 * @param whole false if the body of a success is not complete JSON: then {@code json} contains the fields before the error
 * @param isPage whether the body is a web page, which comes from a server between us and X
 * @param retryAt as {@link RetryAfterHeader} reads it
 */
record XResponse(int status, JsonNode json, boolean whole, boolean isPage, Optional<Instant> retryAt) {
    private static final Pattern TOKEN_LIKE = Pattern.compile("[A-Za-z0-9_\\-+/=%.~]{32,}");
    private static final int MAX_HINT = 200;

    static XResponse of(Response response, Instant now) {
        var body = new XBody(bytes(response), response.getHeaderString(HttpHeaders.CONTENT_ENCODING));
        return of(response.getStatus(), body, RetryAfterHeader.at(response::getHeaderString, now));
    }

    /**
     * Reads the body, which is already in a buffer of known size: a reader that ignores the size allocates 16 KiB each time.
     */
    private static byte[] bytes(Response response) {
        if (!response.hasEntity()) {
            return new byte[0];
        }
        try (var body = response.readEntity(InputStream.class)) {
            var expected = body.available();
            var bytes = body.readNBytes(expected + 1);
            return bytes.length <= expected
                    ? bytes
                    : new SequenceInputStream(new ByteArrayInputStream(bytes), body).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static XResponse of(int status, XBody body, Optional<Instant> retryAt) {
        var json = body.json();
        var broken = json.isMissingNode() && isSuccess(status);
        return new XResponse(
                status, broken ? body.wholeFields() : json, !broken, !json.isObject() && body.isPage(), retryAt);
    }

    boolean isSuccess() {
        return isSuccess(status);
    }

    private static boolean isSuccess(int status) {
        return status >= 200 && status < 300;
    }

    /** Whether X itself responded, in its own format. Any other response comes from a server between us and X. */
    boolean isFromX() {
        return json.isObject();
    }

    /** The body as the type that X documents for it; missing fields have no value. */
    <T> T as(Class<T> type) {
        return XBody.as(type, json);
    }

    ErrorResponse error() {
        return as(ErrorResponse.class);
    }

    /** X's own error text, with everything that resembles a token masked, at most 200 characters. For logs. */
    String hint() {
        var error = error();
        var words = "HTTP %d %s %s"
                .formatted(status, error.error() + error.title(), error.errorDescription() + error.detail())
                .strip()
                .replaceAll("\\p{Cntrl}", " ");
        var safe = TOKEN_LIKE.matcher(words).replaceAll("***");
        return safe.length() > MAX_HINT ? safe.substring(0, MAX_HINT) + "…" : safe;
    }
}
