package io.xtokenkeeper.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** An app that calls the simulator as it would call X. The code verifier is that of RFC 7636, appendix B. */
record App(URI base, String authorization, Duration patience) {
    static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    static final String REDIRECT = "http://localhost:8080/oauth/callback";
    static final String SCOPE = "tweet.read users.read offline.access";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    static App of(Sandbox sandbox) {
        String header = basic(SandboxOptions.CLIENT_ID, SandboxOptions.CLIENT_SECRET);
        return new App(sandbox.url(), header, Duration.ofSeconds(5));
    }

    static String basic(String id, String secret) {
        return "Basic " + Base64.getEncoder().encodeToString((id + ":" + secret).getBytes(UTF_8));
    }

    App as(String id, String secret) {
        return with(basic(id, secret));
    }

    App with(String header) {
        return new App(base, header, patience);
    }

    App waiting(Duration newPatience) {
        return new App(base, authorization, newPatience);
    }

    App withoutHeader() {
        return with("");
    }

    /** A valid authorization request, which a test then changes. */
    static Map<String, String> request() {
        Map<String, String> request = new LinkedHashMap<>();
        request.put("response_type", "code");
        request.put("client_id", SandboxOptions.CLIENT_ID);
        request.put("redirect_uri", REDIRECT);
        request.put("scope", SCOPE);
        request.put("state", "a state");
        request.put("code_challenge", CHALLENGE);
        request.put("code_challenge_method", "S256");
        return request;
    }

    URI authorize(Map<String, String> request) {
        return base.resolve("/i/oauth2/authorize?" + encoded(request).replace("+", "%20"));
    }

    /** A code for this user, obtained by way of the consent page. */
    String code(String userId) {
        return code(request(), userId);
    }

    String code(Map<String, String> request, String userId) {
        String query = new SimulatorBrowser().allow(authorize(request), userId).getRawQuery();
        return query.substring(query.indexOf("&code=") + "&code=".length());
    }

    Heard exchange(String code) {
        return token(
                "grant_type", "authorization_code", "code", code, "redirect_uri", REDIRECT, "code_verifier", VERIFIER);
    }

    Heard refresh(String refreshToken) {
        return token("grant_type", "refresh_token", "refresh_token", refreshToken);
    }

    Heard token(String... form) {
        return post("/2/oauth2/token", form);
    }

    Heard revoke(String... form) {
        return post("/2/oauth2/revoke", form);
    }

    Heard post(String path, String... form) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (int i = 0; i < form.length; i += 2) {
            fields.put(form[i], form[i + 1]);
        }
        return post(path, encoded(fields));
    }

    Heard post(String path, String form) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form));
        return send(authorization.isEmpty() ? request : request.header("Authorization", authorization));
    }

    Heard me(String accessToken) {
        return get("/2/users/me", accessToken);
    }

    Heard get(String path, String accessToken) {
        return send(HttpRequest.newBuilder(base.resolve(path)).header("Authorization", "Bearer " + accessToken));
    }

    Heard send(HttpRequest.Builder request) {
        try {
            return Heard.of(HTTP.send(request.timeout(patience).build(), BodyHandlers.ofString()));
        } catch (IOException unheard) {
            throw new Unheard(unheard);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    HttpResponse<byte[]> exchangeBytes(HttpRequest.Builder request) throws IOException {
        try {
            return HTTP.send(request.timeout(patience).build(), BodyHandlers.ofByteArray());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    /** No response was received. */
    static final class Unheard extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unheard(IOException cause) {
            super(cause);
        }
    }

    private static String encoded(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), UTF_8))
                .collect(Collectors.joining("&"));
    }
}
