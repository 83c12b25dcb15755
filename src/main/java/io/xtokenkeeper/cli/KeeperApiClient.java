package io.xtokenkeeper.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.xtokenkeeper.domain.Secret;
import io.xtokenkeeper.egress.Egress;
import io.xtokenkeeper.egress.EgressProxy;
import io.xtokenkeeper.egress.NoProxy;
import io.xtokenkeeper.egress.TrustedCertificates;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Calls the API of a running service, with the URL and the API key of {@code KEEPER_URL} and {@code KEEPER_KEY}. */
final class KeeperApiClient {
    static final JsonMapper JSON = JsonMapper.builder().build();

    private static final String DEFAULT_URL = "http://localhost:8080";
    private static final Duration CONNECT = Duration.ofSeconds(10);
    /** Longer than any call may take in the service: a refresh waits for X. */
    private static final Duration ANSWER = Duration.ofMinutes(2);

    private static final int ERRORS = 400;

    private final Egress egress;
    private final HttpClient http;
    private final URI base;
    private final Secret key;

    private KeeperApiClient(URI base, Secret key, Egress egress) {
        this.egress = egress;
        this.http = egress.commandClient(CONNECT);
        this.base = base;
        this.key = key;
    }

    /** @throws CommandException if a variable is missing or invalid */
    static KeeperApiClient from(Map<String, String> environment) {
        var key = Optional.ofNullable(environment.get("KEEPER_KEY")).map(String::strip);
        // HttpClient would quote an invalid header value, here the key
        if (key.filter(text -> text.matches("[\\x21-\\x7e]+")).isEmpty()) {
            throw new CommandException("KEEPER_KEY is not set, or is no API key: give it the operator's key"
                    + " (KEEPER_ADMIN_KEY of the service), or one made with POST /api/v1/keys");
        }
        var url = url(environment.getOrDefault("KEEPER_URL", DEFAULT_URL));
        return new KeeperApiClient(url, Secret.of(key.get()), egress(url, environment));
    }

    /** The outbound proxy and certificates of the service; without a proxy for loopback. */
    private static Egress egress(URI url, Map<String, String> environment) {
        var local = url.getHost().matches("localhost|127\\.[0-9.]+|\\[::1]");
        try {
            return new Egress(
                    variable(environment, "KEEPER_HTTP_PROXY")
                            .filter(any -> !local)
                            .map(EgressProxy::of),
                    variable(environment, "NO_PROXY")
                            .or(() -> variable(environment, "no_proxy"))
                            .map(NoProxy::of)
                            .orElse(NoProxy.NONE),
                    variable(environment, "KEEPER_TRUST_CERTIFICATES").map(TrustedCertificates::of));
        } catch (IllegalArgumentException e) {
            throw new CommandException("KEEPER_HTTP_PROXY or KEEPER_TRUST_CERTIFICATES " + e.getMessage());
        }
    }

    private static Optional<String> variable(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).map(String::strip).filter(text -> !text.isEmpty());
    }

    /** The body as JSON; a missing node if it is not JSON. */
    JsonNode get(String path) {
        return json(send("GET", path, "", BodyPublishers.noBody()));
    }

    JsonNode post(String path) {
        return json(send("POST", path, "", BodyPublishers.noBody()));
    }

    JsonNode post(String path, JsonNode body) {
        return json(send("POST", path, "application/json", BodyPublishers.ofString(body.toString())));
    }

    /** The body as text, one JSON object per line. */
    String postLines(String path, String lines) {
        return send("POST", path, "application/x-ndjson", BodyPublishers.ofString(lines));
    }

    private String send(String method, String path, String contentType, BodyPublisher body) {
        var request = egress.commandRequest(URI.create(base + path))
                .timeout(ANSWER)
                .header("Authorization", "Bearer " + key.reveal())
                .method(method, body);
        if (!contentType.isEmpty()) {
            request.header("Content-Type", contentType);
        }
        try {
            var answer = http.send(request.build(), BodyHandlers.ofString());
            if (answer.statusCode() >= ERRORS) {
                throw refused(answer.statusCode(), json(answer.body()));
            }
            return answer.body();
        } catch (IOException e) {
            throw new CommandException("no answer from " + base + " (" + egress.whyNoAnswer(e, base)
                    + "): is the service running there? KEEPER_URL says where it is");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException("interrupted");
        }
    }

    private CommandException refused(int status, JsonNode problem) {
        if (!problem.has("title")) {
            return new CommandException(
                    base + " answered " + status + ": is this a keeper? KEEPER_URL says where it is");
        }
        var words = new StringBuilder(problem.path("title").asText())
                .append(": ")
                .append(problem.path("detail").asText());
        for (var violation : problem.path("violations")) {
            words.append("\n  ")
                    .append(violation.path("field").asText())
                    .append(' ')
                    .append(violation.path("message").asText());
        }
        for (var member : new String[] {"consent_link", "retry_after", "instance"}) {
            if (problem.has(member)) {
                words.append("\n  ")
                        .append(member)
                        .append(": ")
                        .append(problem.path(member).asText());
            }
        }
        return new CommandException(words.toString());
    }

    private static URI url(String text) {
        try {
            var url = URI.create(text.strip().replaceAll("/+$", ""));
            if (url.getHost() != null && url.getScheme().matches("https?") && url.getRawUserInfo() == null) {
                return url;
            }
        } catch (IllegalArgumentException e) {
            // reported below without the value: it may be the key
        }
        throw new CommandException("KEEPER_URL is no http or https address: give it as https://keeper.example");
    }

    static JsonNode json(String body) {
        try {
            return body.isBlank() ? MissingNode.getInstance() : JSON.readTree(body);
        } catch (IOException e) {
            return MissingNode.getInstance();
        }
    }
}
