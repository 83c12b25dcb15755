package io.xtokenkeeper.x;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An HTTP answer of X, before anybody says what it means.
 *
 * @param json the body, a missing node where it is not JSON
 * @param retryAt from {@code x-rate-limit-reset} (Unix seconds) or {@code Retry-After} (seconds)
 */
record Answer(int status, JsonNode json, Optional<Instant> retryAt) {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Pattern TOKEN_LIKE = Pattern.compile("[A-Za-z0-9_\\-+/=%.~]{32,}");
    private static final int LONGEST_HINT = 200;
    /** X's longest rate limit window; a header that says more is not believed, or it would stop us for years. */
    private static final Duration LONGEST_WAIT = Duration.ofDays(1);

    static Answer of(Response response, Instant now) {
        return new Answer(response.getStatus(), parse(response.readEntity(String.class)), retryAt(response, now));
    }

    /** Without a header. */
    static Answer of(int status, String body) {
        return new Answer(status, parse(body), Optional.empty());
    }

    String text(String field) {
        return json.path(field).asText("");
    }

    /** X's own words for what is wrong, fit for a log. */
    String hint() {
        var words = "HTTP %d %s %s"
                .formatted(status, text("error") + text("title"), text("error_description") + text("detail"))
                .strip()
                .replaceAll("\\p{Cntrl}", " ");
        var safe = TOKEN_LIKE.matcher(words).replaceAll("***");
        return safe.length() > LONGEST_HINT ? safe.substring(0, LONGEST_HINT) + "…" : safe;
    }

    private static JsonNode parse(String body) {
        try {
            var parsed = body == null || body.isBlank() ? null : JSON.readTree(body);
            return parsed == null ? MissingNode.getInstance() : parsed;
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    private static Optional<Instant> retryAt(Response response, Instant now) {
        var latest = now.plus(LONGEST_WAIT);
        return number(response, "x-rate-limit-reset")
                .map(Instant::ofEpochSecond)
                .filter(now::isBefore)
                .or(() -> number(response, "Retry-After").map(now::plusSeconds).filter(now::isBefore))
                .map(at -> at.isBefore(latest) ? at : latest);
    }

    private static Optional<Long> number(Response response, String header) {
        var text = response.getHeaderString(header);
        return text != null && text.strip().matches("[0-9]{1,11}")
                ? Optional.of(Long.valueOf(text.strip()))
                : Optional.empty();
    }
}
