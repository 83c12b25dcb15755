package io.xtokenkeeper.xapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.xtokenkeeper.domain.AccessToken;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.CodeVerifier;
import io.xtokenkeeper.domain.RefreshToken;
import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.domain.Secret;
import io.xtokenkeeper.egress.ConnectFailure;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertPathBuilderException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class XOAuthClientTest {
    private static final String GRANTED =
            "{\"token_type\":\"bearer\",\"expires_in\":7200,\"access_token\":\"a\",\"refresh_token\":\"r\"}";
    private static final RefreshToken TOKEN = RefreshToken.of("spend me+/=");

    private static final Duration LONGEST = Duration.ofMillis(100);
    private static final Vertx VERTX = Vertx.vertx();

    @AfterAll
    static void close() {
        VERTX.close();
    }

    private String authorization;
    private List<String> sent;
    private Uni<Response> answer = said(200, GRANTED);

    private static Uni<Response> said(int status, String body) {
        return Uni.createFrom()
                .item(() -> Response.status(status)
                        .entity(new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)))
                        .build());
    }

    /** A proxy instead of a class: the test application would register a class with {@code @Path} as a resource. */
    private <T> T standIn(Class<T> api) {
        return api.cast(Proxy.newProxyInstance(
                api.getClassLoader(), new Class<?>[] {api}, (proxy, method, arguments) -> {
                    authorization = (String) arguments[0];
                    sent = Arrays.stream(arguments)
                            .skip(1)
                            .map(String.class::cast)
                            .toList();
                    return answer;
                }));
    }

    private final OAuth2Api oauth2 = standIn(OAuth2Api.class);
    private final UsersApi users = standIn(UsersApi.class);

    private XOAuthClient x(Optional<String> secret) {
        var app = new ClientRegistration(
                "id:1", secret.map(Secret::of), URI.create("https://keeper.example/cb"), Scopes.of("tweet.read"));
        var hosts = new XEndpoints(
                URI.create("https://x.com/i/oauth2/authorize"),
                URI.create("https://api.x.com"),
                Duration.ofMillis(100));
        return new XOAuthClient(oauth2, users, app, hosts, VERTX, InstantSource.fixed(Said.NOW));
    }

    private XOAuthClient x() {
        return x(Optional.of("hush"));
    }

    private static <T> T now(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(10));
    }

    @Test
    void aRefreshSendsTheTokenAndAsksForNoScope() {
        assertThat(now(x().refresh(TOKEN, LONGEST))).isInstanceOf(TokenEndpointResult.Granted.class);
        assertThat(sent).containsExactly("refresh_token", "spend me+/=", "id:1");
        assertThat(authorization).isEqualTo("Basic aWQlM0ExOmh1c2g=");
    }

    @Test
    void aPublicClientSaysItsIdAlone() {
        now(x(Optional.empty()).refresh(TOKEN, LONGEST));
        assertThat(sent).endsWith("id:1").doesNotContain("hush");
        assertThat(authorization).isNull();
    }

    @Test
    void anExchangeSendsCodeVerifierAndTheSameRedirect() {
        now(x().exchange(
                        Secret.of("a code"),
                        new CodeVerifier(Secret.of("v".repeat(43))),
                        URI.create("https://k.example/cb"),
                        LONGEST));
        assertThat(sent)
                .containsExactly("authorization_code", "a code", "https://k.example/cb", "v".repeat(43), "id:1");
    }

    @Test
    void noAnswerWithinTheDeadlineIsUnknown() {
        answer = Uni.createFrom().nothing();
        assertThat(now(x().refresh(TOKEN, LONGEST)))
                .isEqualTo(new TokenEndpointResult.Unknown("no answer within the deadline"));
    }

    @Test
    void aCertificateThatIsNotTrustedIsCalledThatAndNothingWasSent() {
        var handshake = new SSLHandshakeException("Failed to create SSL connection");
        handshake.initCause(new CertPathBuilderException("unable to find valid certification path"));
        answer = Uni.createFrom().failure(new ProcessingException(handshake));
        var why = "X cannot be reached: " + ConnectFailure.CERTIFICATE_UNTRUSTED.words();
        assertThat(now(x().refresh(TOKEN, LONGEST)))
                .isEqualTo(new TokenEndpointResult.Later(why, Optional.empty(), false));
        assertThat(now(x().revoke(TOKEN))).isEqualTo(new RevocationResult.NotDone(why));
    }

    @Test
    void aProxyThatWantsAnotherPasswordHasSentNothingOn() {
        answer = said(407, "<html>Proxy Authentication Required</html>");
        assertThat(now(x().refresh(TOKEN, LONGEST)))
                .isEqualTo(new TokenEndpointResult.Later(
                        ConnectFailure.PROXY_CREDENTIALS.words(), Optional.empty(), false));
    }

    @Test
    void aConnectionThatWasCutIsUnknownAndSaysNothingOfWhatWasSent() {
        answer = Uni.createFrom().failure(new ProcessingException(new IOException("while sending spend+me")));
        assertThat(now(x().refresh(TOKEN, LONGEST)))
                .isEqualTo(new TokenEndpointResult.Unknown("no answer (IOException)"));
    }

    @Test
    void aConnectionThatWasNeverMadeSpentNothing() {
        for (var failure : new IOException[] {new ConnectException("refused"), new UnknownHostException("api.x.com")}) {
            answer = Uni.createFrom().failure(new ProcessingException(failure));
            assertThat(now(x().refresh(TOKEN, LONGEST)))
                    .isEqualTo(new TokenEndpointResult.Later("X cannot be reached", Optional.empty(), false));
        }
    }

    @Test
    void aRevocationIsDoneByA200OrByATokenThatXCallsInvalid() {
        for (var body : new String[] {"", "{\"revoked\":true}", "{\"revoked\":tr", "OK"}) {
            answer = said(200, body);
            assertThat(now(x().revoke(RefreshToken.of("t+1")))).as(body).isEqualTo(new RevocationResult.Done());
        }
        assertThat(sent).containsExactly("t+1", "refresh_token", "id:1");

        answer = said(200, "\n<html>the network wants you to sign in</html>");
        assertThat(now(x().revoke(AccessToken.of("t")))).isEqualTo(new RevocationResult.NotDone("HTTP 200"));
        answer = said(503, "");
        assertThat(now(x().revoke(AccessToken.of("t")))).isEqualTo(new RevocationResult.NotDone("HTTP 503"));
        assertThat(sent).contains("access_token");
        for (var error : new String[] {"invalid_request", "invalid_grant"}) {
            answer = said(
                    400,
                    "{\"error\":\"%s\",\"error_description\":\"Value passed for the token was invalid.\"}"
                            .formatted(error));
            assertThat(now(x().revoke(AccessToken.of("t")))).as(error).isEqualTo(new RevocationResult.Done());
        }
        answer = said(
                400, "{\"error\":\"invalid_request\",\"error_description\":\"Missing required parameter [token].\"}");
        assertThat(now(x().revoke(AccessToken.of("t")))).isInstanceOf(RevocationResult.NotDone.class);
        answer = Uni.createFrom().nothing();
        assertThat(now(x().revoke(AccessToken.of("t")))).isInstanceOf(RevocationResult.NotDone.class);
    }

    @Test
    void aProfileIsKnownByItsIdAndMayLackTheRest() {
        answer = said(
                200, "{\"data\":{\"id\":\"2244994945\",\"username\":\"XDevelopers\",\"name\":\" \"},\"errors\":[]}");
        assertThat(now(x().me(AccessToken.of("at"))))
                .isEqualTo(new UserResult.Known(new XUser(
                        new AccountId("2244994945"), Optional.of("XDevelopers"), Optional.empty(), Optional.empty())));
        assertThat(authorization).isEqualTo("Bearer at");
    }

    @Test
    void aProfileThatIsNotSaidIsUnavailable() {
        for (var body : new String[] {
            "",
            "{}",
            "{\"data\":null}",
            "{\"data\":{\"id\":\"abc\"}}",
            "{\"data\":{\"id\":\"pending-0123456789abcdef0123456789abcdef\"}}"
        }) {
            answer = said(200, body);
            assertThat(now(x().me(AccessToken.of("at")))).isInstanceOf(UserResult.Unavailable.class);
        }
        answer = said(403, "{\"title\":\"Client Forbidden\",\"data\":{\"id\":\"1\"}}");
        assertThat(now(x().me(AccessToken.of("at"))))
                .isEqualTo(new UserResult.Unavailable(
                        "HTTP 403 Client Forbidden", UserResult.Token.ACCEPTED, Optional.empty()));
    }
}
