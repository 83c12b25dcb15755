package io.xtokenkeeper.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code users/me} and the other calls require a valid access token, and respond like X. */
class ApiTest {
    private static final String ADA = "1815121001";
    private static final String UNAUTHORIZED =
            "{\"title\":\"Unauthorized\",\"type\":\"about:blank\",\"status\":401,\"detail\":\"Unauthorized\"}";

    private final Sandbox sandbox = Sandbox.start(SandboxOptions.defaults());
    private final App app = App.of(sandbox);
    private final String token = sandbox.issueGrant(ADA).accessToken();

    @AfterEach
    void stop() {
        sandbox.close();
    }

    @Test
    void meSaysWhoItIs() {
        Heard me = app.me(token);
        assertThat(me.status()).isEqualTo(200);
        assertThat(me.body())
                .isEqualTo("{\"data\":{\"id\":\"" + ADA + "\",\"name\":\"Ada Lovelace\",\"username\":\"ada\"}}");
        assertThat(me.header("x-rate-limit-limit")).isEqualTo("75");
        assertThat(me.header("x-rate-limit-remaining")).isEqualTo("74");
        assertThat(Long.parseLong(me.header("x-rate-limit-reset"))).isGreaterThan(System.currentTimeMillis() / 1000);
    }

    @Test
    void meShowsTheFieldsAskedFor() {
        Heard me =
                app.get("/2/users/me?user.fields=profile_image_url,verified,verified_type,created_at,nonsense", token);
        JsonNode data = me.json().path("data");
        assertThat(data.properties())
                .extracting(Map.Entry::getKey)
                .containsExactlyInAnyOrder(
                        "id", "name", "username", "profile_image_url", "verified", "verified_type", "created_at");
        Heard picture = app.send(
                HttpRequest.newBuilder(URI.create(data.path("profile_image_url").asText())));
        assertThat(picture.header("Content-Type")).isEqualTo("image/svg+xml");
        assertThat(picture.body()).startsWith("<svg");
    }

    @Test
    void meKnowsPeopleItWasNotToldOf() {
        Heard me = app.me(sandbox.issueGrant("9999999999999999999").accessToken());
        assertThat(me.json().at("/data/id").asText()).isEqualTo("9999999999999999999");
        assertThat(me.json().at("/data/username").asText()).isEqualTo("user_9999999999");
    }

    @Test
    void emailNeedsItsScope() {
        String wide =
                sandbox.issueGrant(ADA, "tweet.read users.read users.email").accessToken();
        String query = "/2/users/me?user.fields=confirmed_email";
        assertThat(app.get(query, wide).json().at("/data/confirmed_email").asText())
                .isEqualTo("ada@sandbox.invalid");
        String narrow = sandbox.issueGrant(ADA).accessToken();
        assertThat(app.get(query, narrow).json().at("/data").has("confirmed_email"))
                .isFalse();
    }

    @Test
    void meNeedsItsScopes() {
        String narrow = sandbox.issueGrant(ADA, "users.read offline.access").accessToken();
        assertThat(app.me(narrow).status()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/2/users/me", "/2/users/1/bookmarks", "/2/tweets/search/recent", "/2/echo", "/2/anything"})
    void badTokensAreUnauthorized(String path) {
        assertThat(app.get(path, token).status()).isNotEqualTo(401);
        unauthorized(app.get(path, "nonsense"));
        unauthorized(app.get(path, sandbox.issueGrant("1906120902").refreshToken()));
        sandbox.revokeAtX(ADA);
        unauthorized(app.get(path, token));
        unauthorized(app.send(HttpRequest.newBuilder(app.base().resolve(path))));
    }

    @Test
    void postAnswersWithAnId() {
        Heard posted = app.send(HttpRequest.newBuilder(app.base().resolve("/2/tweets"))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"text\":\"hello\"}")));
        assertThat(posted.status()).isEqualTo(201);
        assertThat(posted.json().at("/data/text").asText()).isEqualTo("hello");
        assertThat(posted.json().at("/data/id").asText()).matches("[0-9]{19}");
        assertThat(posted.header("x-rate-limit-remaining")).isNotEmpty();
    }

    @Test
    void readsHaveData() {
        assertThat(app.get("/2/tweets/search/recent?query=tea", token)
                        .json()
                        .at("/data/0/text")
                        .asText())
                .contains("tea");
        assertThat(app.get("/2/users/" + ADA + "/bookmarks", token)
                        .json()
                        .at("/meta/result_count")
                        .asInt())
                .isEqualTo(1);
        assertThat(app.get("/2/users/" + ADA + "/unknown", token).status()).isEqualTo(404);
    }

    @Test
    void uploadIsCountedAndHashed() {
        byte[] bytes = new byte[3_000_000];
        Arrays.fill(bytes, (byte) 'a');
        Heard uploaded = app.send(HttpRequest.newBuilder(app.base().resolve("/2/media/upload"))
                .header("Authorization", "Bearer " + token)
                .POST(BodyPublishers.ofByteArray(bytes)));
        assertThat(uploaded.json().at("/data/size").asLong()).isEqualTo(3_000_000);
        assertThat(uploaded.json().at("/data/sha256").asText()).isEqualTo(sha256(bytes));
    }

    @Test
    void echoShowsWhatCameExceptTheToken() {
        Heard echo = app.send(HttpRequest.newBuilder(app.base().resolve("/2/echo/a%2Fb?q=a+b%20c&q=2"))
                .header("Authorization", "Bearer " + token)
                .header("X-Twice", "one")
                .header("X-Twice", "two")
                .PUT(BodyPublishers.ofString("body")));
        assertThat(echo.text("method")).isEqualTo("PUT");
        assertThat(echo.text("path")).isEqualTo("/2/echo/a%2Fb");
        assertThat(echo.text("query")).isEqualTo("q=a+b%20c&q=2");
        assertThat(echo.text("user_id")).isEqualTo(ADA);
        assertThat(echo.json().at("/headers/x-twice"))
                .extracting(JsonNode::asText)
                .containsExactly("one", "two");
        assertThat(echo.json().at("/body/text").asText()).isEqualTo("body");
        assertThat(echo.body()).doesNotContain(token).contains("Bearer ***");
    }

    @Test
    void metadataPointsHere() {
        Heard metadata =
                app.send(HttpRequest.newBuilder(app.base().resolve("/.well-known/oauth-authorization-server")));
        assertThat(metadata.text("issuer")).isEqualTo(sandbox.url().toString());
        assertThat(metadata.text("authorization_endpoint"))
                .isEqualTo(sandbox.authorizeUrl().toString());
        assertThat(metadata.text("token_endpoint")).isEqualTo(sandbox.url() + "/2/oauth2/token");
        assertThat(metadata.json().path("code_challenge_methods_supported"))
                .extracting(JsonNode::asText)
                .containsExactly("S256");
    }

    @Test
    void elsewhereIsNothing() {
        assertThat(app.get("/1.1/anything", token).status()).isEqualTo(404);
        assertThat(app.get("/.well-known/openid-configuration", token).status()).isEqualTo(404);
        assertThat(app.get("/", token).body()).contains("A stand-in for X");
    }

    private static void unauthorized(Heard heard) {
        assertThat(heard.status()).isEqualTo(401);
        assertThat(heard.body()).isEqualTo(UNAUTHORIZED);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
