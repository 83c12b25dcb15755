package io.xtokenkeeper.sandbox;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Converts an HTTP request to a {@link Call}. */
final class ReadCall {
    private static final String FORM = "application/x-www-form-urlencoded";

    private ReadCall() {}

    static Call from(HttpServerRequest request, Buffer body) {
        String text = body.toString(StandardCharsets.UTF_8);
        String type = header(request, "Content-Type");
        boolean form = type.regionMatches(true, 0, FORM, 0, FORM.length());
        return new Call(
                request.path(),
                request.query() == null ? Parameters.none() : Parameters.ofQuery(request.query()),
                form ? Parameters.ofForm(text) : Parameters.none(),
                text,
                request.authority() == null ? "" : request.authority().host(),
                header(request, "Authorization"));
    }

    static ApiEndpoint.Streamed streamed(HttpServerRequest request, ApiEndpoint.BodyTally tally) {
        String query = request.query() == null ? "" : request.query();
        return new ApiEndpoint.Streamed(request.method().name(), query, headers(request), tally);
    }

    private static String header(HttpServerRequest request, String name) {
        String value = request.getHeader(name);
        return value == null ? "" : value;
    }

    /** By lower-case name, in the order received; the token itself is not included. */
    private static Map<String, List<String>> headers(HttpServerRequest request) {
        Map<String, List<String>> headers = new TreeMap<>();
        for (String name : request.headers().names()) {
            String key = name.toLowerCase(Locale.ROOT);
            headers.put(
                    key,
                    key.equals("authorization")
                            ? List.of("Bearer ***")
                            : request.headers().getAll(name));
        }
        return headers;
    }
}
