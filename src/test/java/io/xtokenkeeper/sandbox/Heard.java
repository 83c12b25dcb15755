package io.xtokenkeeper.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;

/** A response that an app received from the simulator. */
record Heard(int status, String body, HttpResponse<String> raw) {
    static Heard of(HttpResponse<String> response) {
        return new Heard(response.statusCode(), response.body(), response);
    }

    JsonNode json() {
        return Json.read(body).orElseThrow(() -> new AssertionError("not a JSON object: " + body));
    }

    String text(String name) {
        return json().path(name).asText();
    }

    String header(String name) {
        return raw.headers().firstValue(name).orElse("");
    }
}
