package io.xtokenkeeper.xapi;

import jakarta.ws.rs.core.Response;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Builds responses of X for tests. */
final class Said {
    static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

    private Said() {}

    /** @param headers name, value, name, value … */
    static XResponse answer(int status, String body, String... headers) {
        var response = Response.status(status).entity(new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
        for (var i = 0; i < headers.length; i += 2) {
            response.header(headers[i], headers[i + 1]);
        }
        return XResponse.of(response.build(), NOW);
    }

    static TokenEndpointResult token(int status, String body, String... headers) {
        return TokenResponseParser.read(answer(status, body, headers), NOW);
    }

    static TokenEndpointResult tokenOfBytes(byte[] body) {
        return TokenResponseParser.read(
                XResponse.of(Response.ok(new ByteArrayInputStream(body)).build(), NOW), NOW);
    }

    /** An error body in X's format (RFC 6749 §5.2). */
    static String error(String error, String description) {
        return "{\"error\":\"%s\",\"error_description\":\"%s\"}".formatted(error, description);
    }
}
