package io.xtokenkeeper.xapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.xtokenkeeper.domain.CodeVerifier;
import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.domain.Secret;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How the app authenticates to X in each call, and how it identifies itself in the authorize URL. */
class ClientRegistrationTest {
    private static final XEndpoints HOSTS = new XEndpoints(
            URI.create("https://x.com/i/oauth2/authorize"), URI.create("https://api.x.com"), Duration.ofSeconds(20));

    private static ClientRegistration app(String id, Optional<String> secret) {
        return new ClientRegistration(
                id,
                secret.map(Secret::of),
                URI.create("https://keeper.example/oauth/callback?a=b c".replace(" ", "%20")),
                Scopes.of("tweet.read"));
    }

    @Test
    void reservedCharactersAreFormEncodedBeforeBasic() {
        var header = app("id:with space+%/ü", Optional.of("p@ss:w%rd+&=~"))
                .authorization()
                .orElseThrow();

        assertThat(header).startsWith("Basic ");
        var pair = new String(Base64.getDecoder().decode(header.substring(6)), StandardCharsets.US_ASCII);
        assertThat(pair).isEqualTo("id%3Awith+space%2B%25%2F%C3%BC:p%40ss%3Aw%25rd%2B%26%3D%7E");
    }

    @Test
    void idsAsXMakesThemStayAsTheyAre() {
        var header = app("M1M5R3BMVy13QmpScXkzTUt5OE46MTpjaQ", Optional.of("abc_DEF-123"))
                .authorization();
        assertThat(header)
                .contains("Basic "
                        + Base64.getEncoder()
                                .encodeToString("M1M5R3BMVy13QmpScXkzTUt5OE46MTpjaQ:abc_DEF-123"
                                        .getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void aPublicClientSendsNoHeader() {
        assertThat(app("id", Optional.empty()).authorization()).isEmpty();
    }

    @Test
    void anAppDoesNotPrintItsSecret() {
        assertThat(app("id", Optional.of("hush")).toString()).contains("***").doesNotContain("hush");
    }

    @Test
    void theAddressOfTheConsentHoldsExactlyWhatXNeeds() {
        var address = new AuthorizeUrl(HOSTS, app("id:1+2", Optional.of("hush")))
                .with(
                        Secret.of("state_-123"),
                        new CodeVerifier(Secret.of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")),
                        Scopes.of("tweet.read users.read offline.access"));

        assertThat(address)
                .hasToString("https://x.com/i/oauth2/authorize"
                        + "?response_type=code"
                        + "&client_id=id%3A1%2B2"
                        + "&redirect_uri=https%3A%2F%2Fkeeper.example%2Foauth%2Fcallback%3Fa%3Db%2520c"
                        + "&scope=tweet.read%20users.read%20offline.access"
                        + "&state=state_-123"
                        + "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
                        + "&code_challenge_method=S256");
    }

    @Test
    void theIssuerIsTheApiHost() {
        assertThat(HOSTS.issuer()).isEqualTo("https://api.x.com");
        assertThat(HOSTS.isX()).isTrue();
        assertThat(new XEndpoints(HOSTS.authorize(), URI.create("http://localhost:9999"), HOSTS.deadline()).isX())
                .isFalse();
    }
}
