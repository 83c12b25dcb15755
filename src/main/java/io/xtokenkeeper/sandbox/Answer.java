package io.xtokenkeeper.sandbox;

import java.util.HashMap;
import java.util.Map;

/** An HTTP response. */
record Answer(int status, String type, String body, Map<String, String> headers) {
    static final String JSON = "application/json;charset=utf-8";
    static final String HTML = "text/html;charset=utf-8";

    static Answer json(int status, String body) {
        return new Answer(status, JSON, body, Map.of());
    }

    static Answer html(int status, String body) {
        return new Answer(status, HTML, body, Map.of());
    }

    static Answer redirect(String location) {
        return new Answer(302, "text/plain;charset=utf-8", "", Map.of("Location", location));
    }

    Answer withHeaders(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(headers);
        all.putAll(more);
        return new Answer(status, type, body, all);
    }

    Answer withType(String newType) {
        return new Answer(status, newType, body, headers);
    }

    Answer withBody(String newBody) {
        return new Answer(status, type, newBody, headers);
    }
}
