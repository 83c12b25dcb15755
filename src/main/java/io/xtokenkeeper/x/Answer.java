package io.xtokenkeeper.x;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An HTTP answer of X, before anybody says what it means.
 *
 * @param json the body, a missing node where it is not JSON
 * @param isPage the body is a web page: somebody between us and X speaks
 * @param retryAt as {@link ComeAgain} reads it
 */
record Answer(int status, JsonNode json, boolean isPage, Optional<Instant> retryAt) {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Pattern TOKEN_LIKE = Pattern.compile("[A-Za-z0-9_\\-+/=%.~]{32,}");
    private static final int LONGEST_HINT = 200;

    static Answer of(Response response, Instant now) {
        var body = Objects.requireNonNullElse(response.readEntity(String.class), "");
        return of(response.getStatus(), body, ComeAgain.at(response::getHeaderString, now));
    }

    static Answer of(int status, String body, Optional<Instant> retryAt) {
        return new Answer(status, parse(body), body.stripLeading().startsWith("<"), retryAt);
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
            return body.isBlank() ? MissingNode.getInstance() : JSON.readTree(body);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }
}
