package io.xtokenkeeper.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.xtokenkeeper.sandbox.SeededGrant;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collection;
import java.util.stream.Collectors;

/** Calls the service's API as a back end does. */
public final class Api {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final URI base;
    private final String key;

    /** @param key empty to send none */
    public Api(URI base, String key) {
        this.base = base;
        this.key = key;
    }

    /** A response with its body read as JSON; a missing node if it is not JSON. */
    public record Reply(int status, HttpResponse<String> http, JsonNode json) {
        public String text(String field) {
            return json.path(field).asText();
        }

        public String header(String name) {
            return http.headers().firstValue(name).orElse("");
        }
    }

    public String key() {
        return key;
    }

    public Api with(String otherKey) {
        return new Api(base, otherKey);
    }

    public Reply get(String path) {
        return send("GET", path, "", "");
    }

    public Reply post(String path) {
        return send("POST", path, "", "");
    }

    public Reply post(String path, String json) {
        return send("POST", path, "application/json", json);
    }

    public Reply delete(String path) {
        return send("DELETE", path, "", "");
    }

    public Reply account(String id) {
        return get("/api/v1/accounts/" + id);
    }

    public Reply token(String id) {
        return get("/api/v1/accounts/" + id + "/token");
    }

    public Reply refresh(String id) {
        return post("/api/v1/accounts/" + id + "/refresh");
    }

    /** Creates a consent link; returns the address that starts the consent. */
    public URI consentLink(String request) {
        var made = post("/api/v1/consent-links", request);
        if (made.status() != 201) {
            throw new AssertionError(made.http().body());
        }
        return URI.create(made.text("url"));
    }

    /** Imports them without their access tokens, so that each is due at once. */
    public Reply importDue(Collection<SeededGrant> grants) {
        var lines = grants.stream()
                .map(grant -> "{\"x_user_id\":\"%s\",\"refresh_token\":\"%s\"}"
                        .formatted(grant.userId(), grant.refreshToken()))
                .collect(Collectors.joining("\n"));
        return send("POST", "/api/v1/accounts/import", "application/x-ndjson", lines);
    }

    public Reply send(String method, String path, String contentType, String body) {
        var request = HttpRequest.newBuilder(base.resolve(path))
                .timeout(PATIENCE)
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!contentType.isEmpty()) {
            request.header("Content-Type", contentType);
        }
        if (!key.isEmpty()) {
            request.header("Authorization", "Bearer " + key);
        }
        try {
            var response = CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Reply(response.statusCode(), response, parse(response.body()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode parse(String body) {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            return JSON.missingNode();
        }
    }
}
