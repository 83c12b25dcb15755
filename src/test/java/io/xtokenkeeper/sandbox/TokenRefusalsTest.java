package io.xtokenkeeper.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.xtokenkeeper.sandbox.grants.ClientApp;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The token endpoint returns X's error texts. */
class TokenRefusalsTest {
    private static final String ADA = "1815121001";
    private static final ClientApp OTHER = new ClientApp("other-app", "other-secret", List.of());

    private final MutableClock clock = new MutableClock();
    private final Sandbox sandbox =
            Sandbox.start(SandboxOptions.defaults().withClock(clock).withOtherApps(OTHER));
    private final App app = App.of(sandbox);
    private final App other = app.as(OTHER.id(), OTHER.secret());

    @AfterEach
    void stop() {
        sandbox.close();
    }

    @Test
    void codeThatNeverWas() {
        refused(
                app.exchange("nonsense"),
                400,
                "invalid_request",
                "Value passed for the authorization code was invalid.");
    }

    @Test
    void codeUsedTwice() {
        String code = app.code(ADA);
        assertThat(app.exchange(code).status()).isEqualTo(200);
        refused(app.exchange(code), 400, "invalid_request", "Value passed for the authorization code was invalid.");
    }

    @Test
    void codeAfterThirtySeconds() {
        String late = app.code(ADA);
        String inTime = app.code(ADA);
        clock.turn(Duration.ofSeconds(29));
        assertThat(app.exchange(inTime).status()).isEqualTo(200);
        clock.turn(Duration.ofSeconds(1));
        refused(app.exchange(late), 400, "invalid_request", "Value passed for the authorization code was invalid.");
    }

    @Test
    void codeOfAnotherApp() {
        refused(
                other.exchange(app.code(ADA)),
                400,
                "invalid_request",
                "Value passed for the authorization code was invalid.");
    }

    @Test
    void wrongVerifierAndTheCodeIsGone() {
        String code = app.code(ADA);
        refused(
                exchangeWith(code, "code_verifier", "x".repeat(43)),
                400,
                "invalid_request",
                "Value passed for the code verifier did not match the code challenge.");
        assertThat(app.exchange(code).status()).isEqualTo(400);
    }

    @Test
    void verifierTooShortForTheRfc() {
        Map<String, String> request = App.request();
        request.put("code_challenge", "LPJNul-wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ"); // of "hello"
        Heard heard = exchangeWith(app.code(request, ADA), "code_verifier", "hello");
        refused(heard, 400, "invalid_request", "Value passed for the code verifier did not match the code challenge.");
    }

    @Test
    void otherRedirectUriAtTheExchange() {
        refused(
                exchangeWith(app.code(ADA), "redirect_uri", App.REDIRECT + "/"),
                400,
                "invalid_request",
                "Value passed for the redirect uri did not match the uri of the authorization code.");
    }

    @Test
    void missingParameters() {
        missing(app.token(), "grant_type");
        missing(app.token("grant_type", ""), "grant_type");
        missing(app.token("grant_type", "refresh_token"), "refresh_token");
        missing(app.token("grant_type", "authorization_code", "code_verifier", "v", "redirect_uri", "r"), "code");
        missing(app.token("grant_type", "authorization_code", "code", "c", "code_verifier", "v"), "redirect_uri");
        missing(app.token("grant_type", "authorization_code", "code", "c", "redirect_uri", "r"), "code_verifier");
    }

    @Test
    void parametersThatAreNoForm() {
        Heard heard = app.send(HttpRequest.newBuilder(tokenUrl())
                .header("Authorization", app.authorization())
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("grant_type=refresh_token&refresh_token=x")));
        missing(heard, "grant_type");
    }

    @Test
    void unknownGrantType() {
        refused(
                app.token("grant_type", "password"),
                400,
                "invalid_request",
                "Value passed for the grant type was invalid. Grant type should be one of [authorization_code,"
                        + " refresh_token].");
    }

    @Test
    void parameterGivenTwice() {
        String token = sandbox.issueGrant(ADA).refreshToken();
        Heard heard = app.post(
                "/2/oauth2/token", "grant_type=refresh_token&refresh_token=" + token + "&refresh_token=" + token);
        assertThat(heard.status()).isEqualTo(400);
        assertThat(heard.text("error")).isEqualTo("invalid_request");
        assertThat(sandbox.ledger().isLive(token)).isTrue();
    }

    @Test
    void refreshTokenThatNeverWas() {
        tokenInvalid(app.refresh("nonsense"));
        String real = sandbox.issueGrant(ADA).refreshToken();
        tokenInvalid(app.refresh(real.substring(0, 90) + (real.endsWith("E") ? "F" : "E")));
        tokenInvalid(app.refresh((real.startsWith("A") ? "B" : "A") + real.substring(1)));
    }

    @Test
    void accessTokenInTheRefreshTokensPlace() {
        tokenInvalid(app.refresh(sandbox.issueGrant(ADA).accessToken()));
    }

    @Test
    void refreshTokenSpent() {
        String token = sandbox.issueGrant(ADA).refreshToken();
        assertThat(app.refresh(token).status()).isEqualTo(200);
        tokenInvalid(app.refresh(token));
    }

    @Test
    void refreshTokenExpired() {
        String token = sandbox.issueGrant(ADA).refreshToken();
        clock.turn(Duration.ofDays(182));
        tokenInvalid(app.refresh(token));
    }

    @Test
    void refreshTokenRevoked() {
        String token = sandbox.issueGrant(ADA).refreshToken();
        sandbox.revokeAtX(ADA);
        tokenInvalid(app.refresh(token));
    }

    @Test
    void refreshTokenOfAnotherApp() {
        String token = sandbox.issueGrant(ADA).refreshToken();
        clientInvalid(other.refresh(token));
        assertThat(sandbox.ledger().isLive(token)).isTrue();
    }

    @Test
    void moreScopeThanGranted() {
        String token = sandbox.issueGrant(ADA).refreshToken();
        Heard more = app.token("grant_type", "refresh_token", "refresh_token", token, "scope", "dm.write");
        assertThat(more.status()).isEqualTo(400);
        assertThat(more.text("error")).isEqualTo("invalid_scope");
        assertThat(app.token("grant_type", "refresh_token", "refresh_token", token, "scope", "tweet.read")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void noHeader() {
        App bare = app.withoutHeader();
        unauthorized(bare.refresh("x"));
        unauthorized(
                bare.token("grant_type", "refresh_token", "refresh_token", "x", "client_id", SandboxOptions.CLIENT_ID));
    }

    @Test
    void wrongSecret() {
        unauthorized(app.as(SandboxOptions.CLIENT_ID, "wrong").refresh("x"));
        unauthorized(app.as(SandboxOptions.CLIENT_ID, "").refresh("x"));
        unauthorized(app.as(SandboxOptions.CLIENT_ID, SandboxOptions.CLIENT_SECRET + "\n")
                .refresh("x"));
    }

    @Test
    void headerThatIsNotBasic() {
        unauthorized(app.with("Bearer x").refresh("x"));
        unauthorized(app.with("Basic !").refresh("x"));
        unauthorized(app.with("Basic bm9jb2xvbg==").refresh("x"));
    }

    @Test
    void secretInTheBody() {
        unauthorized(app.withoutHeader()
                .token(
                        "grant_type",
                        "refresh_token",
                        "refresh_token",
                        sandbox.issueGrant(ADA).refreshToken(),
                        "client_id",
                        SandboxOptions.CLIENT_ID,
                        "client_secret",
                        SandboxOptions.CLIENT_SECRET));
    }

    @Test
    void secretInTheBodyBesidesTheHeader() {
        String token = sandbox.issueGrant(ADA).refreshToken();
        unauthorized(app.token(
                "grant_type", "refresh_token", "refresh_token", token, "client_secret", SandboxOptions.CLIENT_SECRET));
        assertThat(sandbox.ledger().isLive(token)).isTrue();
    }

    @Test
    void unknownClientId() {
        clientInvalid(app.as("nobody", "x").refresh("x"));
        clientInvalid(
                app.withoutHeader().token("grant_type", "refresh_token", "refresh_token", "x", "client_id", "nobody"));
    }

    @Test
    void idInTheBodyMayRepeatTheHeaderAndNotContradictIt() {
        String token = sandbox.issueGrant(ADA).refreshToken();
        clientInvalid(app.token("grant_type", "refresh_token", "refresh_token", token, "client_id", OTHER.id()));
        assertThat(app.token(
                                "grant_type",
                                "refresh_token",
                                "refresh_token",
                                token,
                                "client_id",
                                SandboxOptions.CLIENT_ID)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void halvesOfTheHeaderAreFormEncoded() {
        try (Sandbox odd =
                Sandbox.start(SandboxOptions.defaults().withClientId("a:b").withClientSecret("100% + ü"))) {
            String token = odd.issueGrant(ADA).refreshToken();
            App app = App.of(odd);
            clientInvalid(app.as("a:b", "100% + ü").refresh(token));
            assertThat(app.as("a%3Ab", "100%25+%2B+%C3%BC").refresh(token).status())
                    .isEqualTo(200);
        }
    }

    @Test
    void publicAppSendsItsIdAndNoHeader() {
        try (Sandbox open = Sandbox.start(SandboxOptions.defaults().withClientSecret(""))) {
            App bare = App.of(open).withoutHeader();
            String token = open.issueGrant(ADA).refreshToken();
            missing(bare.refresh(token), "client_id");
            unauthorized(App.of(open).refresh(token));
            unauthorized(bare.as(SandboxOptions.CLIENT_ID, "").refresh(token));
            assertThat(bare.token(
                                    "grant_type",
                                    "refresh_token",
                                    "refresh_token",
                                    token,
                                    "client_id",
                                    SandboxOptions.CLIENT_ID)
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void onlyPost() {
        Heard heard = app.send(HttpRequest.newBuilder(tokenUrl()).header("Authorization", app.authorization()));
        assertThat(heard.status()).isEqualTo(405);
    }

    private URI tokenUrl() {
        return app.base().resolve("/2/oauth2/token");
    }

    private Heard exchangeWith(String code, String name, String value) {
        Map<String, String> form = new LinkedHashMap<>(Map.of(
                "grant_type",
                "authorization_code",
                "code",
                code,
                "redirect_uri",
                App.REDIRECT,
                "code_verifier",
                App.VERIFIER));
        form.put(name, value);
        return app.token(form.entrySet().stream()
                .flatMap(field -> Stream.of(field.getKey(), field.getValue()))
                .toArray(String[]::new));
    }

    private static void tokenInvalid(Heard heard) {
        refused(heard, 400, "invalid_request", "Value passed for the token was invalid.");
    }

    private static void unauthorized(Heard heard) {
        refused(heard, 401, "unauthorized_client", "Missing valid authorization header");
    }

    private static void clientInvalid(Heard heard) {
        refused(heard, 400, "invalid_client", "Value passed for the client id was invalid.");
    }

    private static void missing(Heard heard, String parameter) {
        refused(heard, 400, "invalid_request", "Missing required parameter [" + parameter + "].");
    }

    private static void refused(Heard heard, int status, String error, String description) {
        assertThat(heard.body())
                .isEqualTo("{\"error\":\"" + error + "\",\"error_description\":\"" + description + "\"}");
        assertThat(heard.status()).isEqualTo(status);
        assertThat(heard.header("Content-Type")).startsWith("application/json");
    }
}
