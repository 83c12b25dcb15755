package io.xtokenkeeper.http;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An error for API clients (RFC 9457), sent as {@code application/problem+json}.
 *
 * @param detail what is wrong in this case; callers see it, so it contains no secret and no exception message
 * @param instance identifies this occurrence; the log contains the same id
 * @param members extension members, beside the standard ones
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
@JsonPropertyOrder({"type", "title", "status", "detail", "instance"})
@RegisterForReflection
public record Problem(
        URI type, String title, int status, String detail, Optional<URI> instance, Map<String, Object> members) {
    public static final String MEDIA_TYPE = "application/problem+json";
    private static final String RETRY_AFTER = "retry_after";

    public Problem {
        members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }

    public static Problem of(ProblemType type, String detail) {
        return new Problem(type.uri(), type.title(), type.status(), detail, Optional.empty(), Map.of());
    }

    /** @param id as the caller wrote it */
    public static Problem unknownAccount(String id) {
        return of(
                        ProblemType.UNKNOWN_ACCOUNT,
                        "No account has this id. It must be the X user id, digits only, of a user who consented.")
                .with("account", id.length() > 64 ? id.substring(0, 64) : id);
    }

    /** A problem that has no more meaning than its status (RFC 9457 §4.2.1). */
    static Problem untyped(Response.StatusType status, String detail) {
        return new Problem(
                URI.create("about:blank"),
                status.getReasonPhrase(),
                status.getStatusCode(),
                detail,
                Optional.empty(),
                Map.of());
    }

    /** A copy with one more member; its name is in snake_case. */
    public Problem with(String name, Object value) {
        var more = new LinkedHashMap<>(members);
        more.put(name, value);
        return new Problem(type, title, status, detail, instance, more);
    }

    /**
     * When the caller may retry: the header {@code Retry-After} and the member {@code retry_after}, in whole seconds, at
     * least one.
     */
    public Problem retryAfter(Duration pause) {
        return with(RETRY_AFTER, Math.max(1, pause.plusMillis(999).toSeconds()));
    }

    Problem at(URI occurrence) {
        return new Problem(type, title, status, detail, Optional.of(occurrence), members);
    }

    @Override
    @JsonAnyGetter
    public Map<String, Object> members() {
        return members;
    }

    @JsonIgnore
    Optional<Object> retryAfterSeconds() {
        return Optional.ofNullable(members.get(RETRY_AFTER));
    }
}
