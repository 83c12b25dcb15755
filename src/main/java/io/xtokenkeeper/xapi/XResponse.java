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
 * An HTTP answer of X, before anybody says what it means.
 *
 * @param json the body, a missing node where it is not JSON
 * @param whole false where the JSON breaks off: then it has the fields in front of that
 * @param isPage the body is a web page: somebody between us and X speaks
 * @param retryAt as {@link RetryAfterHeader} reads it
 */
record XResponse(int status, JsonNode json, boolean whole, boolean isPage, Optional<Instant> retryAt) {
    private static final Pattern TOKEN_LIKE = Pattern.compile("[A-Za-z0-9_\\-+/=%.~]{32,}");
    private static final int LONGEST_HINT = 200;

    static XResponse of(Response response, Instant now) {
        var body = new XBody(octets(response), response.getHeaderString(HttpHeaders.CONTENT_ENCODING));
        return of(response.getStatus(), body, RetryAfterHeader.at(response::getHeaderString, now));
    }

    /** The body is there already, in a buffer whose size is known: a reader that does not ask for it takes 16 KiB each time. */
    private static byte[] octets(Response response) {
        if (!response.hasEntity()) {
            return new byte[0];
        }
        try (var body = response.readEntity(InputStream.class)) {
            var expected = body.available();
            var octets = body.readNBytes(expected + 1);
            return octets.length <= expected
                    ? octets
                    : new SequenceInputStream(new ByteArrayInputStream(octets), body).readAllBytes();
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

    /** X itself answered, in its own format. Anything else comes from a server between us and X. */
    boolean isFromX() {
        return json.isObject();
    }

    /** The body as what X documents for it, with whatever is missing left out. */
    <T> T as(Class<T> type) {
        return XBody.as(type, json);
    }

    ErrorResponse error() {
        return as(ErrorResponse.class);
    }

    /** X's own words for what is wrong, fit for a log. */
    String hint() {
        var error = error();
        var words = "HTTP %d %s %s"
                .formatted(status, error.error() + error.title(), error.errorDescription() + error.detail())
                .strip()
                .replaceAll("\\p{Cntrl}", " ");
        var safe = TOKEN_LIKE.matcher(words).replaceAll("***");
        return safe.length() > LONGEST_HINT ? safe.substring(0, LONGEST_HINT) + "…" : safe;
    }
}
