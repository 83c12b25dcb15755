package io.xtokenkeeper.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.xtokenkeeper.sandbox.faults.SendIss;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The consent page validates the request strictly, and redirects the user as X does. */
class AuthorizeTest {
    private static final String ADA = "1815121001";

    private final Sandbox sandbox = Sandbox.start(
            SandboxOptions.defaults().withRedirectUris(App.REDIRECT, "https://app.example/back?of=house"));
    private final App app = App.of(sandbox);
    private final SimulatorBrowser visitor = new SimulatorBrowser();

    @AfterEach
    void stop() {
        sandbox.close();
    }

    @Test
    void pageNamesTheAppTheScopesAndThePeople() {
        HttpResponse<String> page = visitor.open(app.authorize(App.request()));
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body())
                .contains(
                        "SANDBOX",
                        SandboxOptions.CLIENT_ID,
                        "offline.access",
                        "keep this access until you revoke it",
                        "@ada",
                        "@grace")
                .contains("value=\"allow\"", "value=\"cancel\"")
                .doesNotContain("<script", "style=");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "response_type",
                "client_id",
                "redirect_uri",
                "scope",
                "state",
                "code_challenge",
                "code_challenge_method"
            })
    void everyParameterIsNeeded(String name) {
        Map<String, String> request = App.request();
        request.remove(name);
        wrong(request);
        request.put(name, "");
        wrong(request);
    }

    @ParameterizedTest
    @CsvSource({
        "response_type, token",
        "client_id, nobody",
        "redirect_uri, http://localhost:8080/oauth/callback/",
        "redirect_uri, http://LOCALHOST:8080/oauth/callback",
        "redirect_uri, https://evil.example/",
        "scope, 'tweet.read,users.read'",
        "scope, 'tweet.read  users.read'",
        "scope, tweet.read+users.read",
        "code_challenge_method, plain",
        "code_challenge_method, s256",
        "code_challenge, short",
        "code_challenge, E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM",
    })
    void wrongValuesEndOnAnErrorPage(String name, String value) {
        Map<String, String> request = App.request();
        request.put(name, value);
        wrong(request);
    }

    @Test
    void plusIsNoSpaceInTheQuery() {
        String url = app.authorize(App.request()).toString();
        assertThat(visitor.open(URI.create(url)).statusCode()).isEqualTo(200);
        HttpResponse<String> page =
                visitor.open(URI.create(url.replace("tweet.read%20users.read", "tweet.read+users.read")));
        assertThat(page.statusCode()).isEqualTo(400);
    }

    @Test
    void stateOfFiveHundredCharactersAndNoMore() {
        Map<String, String> request = App.request();
        request.put("state", "s".repeat(500));
        assertThat(visitor.open(app.authorize(request)).statusCode()).isEqualTo(200);
        request.put("state", "s".repeat(501));
        wrong(request);
    }

    @Test
    void parameterGivenTwice() {
        URI twice = URI.create(app.authorize(App.request()) + "&state=other");
        assertThat(visitor.open(twice).statusCode()).isEqualTo(400);
    }

    @Test
    void whatIsShownIsEscaped() {
        Map<String, String> request = App.request();
        request.put("state", "\"><script>alert('x')</script>{{scopes}}");
        HttpResponse<String> page = visitor.open(app.authorize(request));
        assertThat(page.body())
                .doesNotContain("<script>")
                .contains("&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;{{scopes}}");
        assertThat(visitor.cancel(app.authorize(request)).getRawQuery())
                .contains("state=%22%3E%3Cscript%3Ealert%28%27x%27%29%3C%2Fscript%3E%7B%7Bscopes%7D%7D");
    }

    @Test
    void pageAllowsNoScripts() {
        HttpResponse<String> page = visitor.open(app.authorize(App.request()));
        assertThat(page.headers().firstValue("Content-Security-Policy"))
                .hasValueSatisfying(policy -> assertThat(policy).contains("default-src 'none'"));
        assertThat(page.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(visitor.open(app.base().resolve("/sandbox/page.css")).body()).contains(".banner");
        assertThat(visitor.open(app.base().resolve("/sandbox/avatars/" + ADA + ".svg"))
                        .body())
                .contains("<svg", ">A<");
    }

    @Test
    void allowSendsBackTheStateAndACode() {
        URI back = visitor.allow(app.authorize(App.request()), ADA);
        assertThat(back.toString()).startsWith(App.REDIRECT + "?state=a%20state&code=");
        String code = back.getRawQuery().substring("state=a%20state&code=".length());
        assertThat(code).hasSize(91);
        assertThat(app.exchange(code).status()).isEqualTo(200);
    }

    @Test
    void cancelSendsBackTheRefusal() {
        assertThat(visitor.cancel(app.authorize(App.request())))
                .hasToString(App.REDIRECT + "?error=access_denied&state=a%20state");
    }

    @Test
    void redirectUriMayHaveAQuery() {
        Map<String, String> request = App.request();
        request.put("redirect_uri", "https://app.example/back?of=house");
        assertThat(visitor.cancel(app.authorize(request)))
                .hasToString("https://app.example/back?of=house&error=access_denied&state=a%20state");
    }

    @Test
    void userIdMayBeTypedIn() {
        HttpResponse<String> sent =
                visitor.press(app.authorize(App.request()), "&decision=allow&user=" + ADA + "&user_id=42");
        String location = sent.headers().firstValue("Location").orElseThrow();
        Heard pair = app.exchange(location.substring(location.indexOf("&code=") + 6));
        assertThat(app.me(pair.text("access_token")).json().at("/data/id").asText())
                .isEqualTo("42");
    }

    @ParameterizedTest
    @ValueSource(strings = {"&decision=allow", "&decision=allow&user=x", "&decision=allow&user=0", "&user=42", ""})
    void halfADecisionIsNone(String added) {
        HttpResponse<String> page = visitor.press(app.authorize(App.request()), added);
        assertThat(page.statusCode()).isEqualTo(400);
        assertThat(page.headers().firstValue("Location")).isEmpty();
    }

    @Test
    void decisionIsCheckedLikeTheRequest() {
        Heard heard = app.post(
                "/i/oauth2/authorize",
                "decision",
                "allow",
                "user",
                ADA,
                "response_type",
                "code",
                "client_id",
                SandboxOptions.CLIENT_ID,
                "redirect_uri",
                "https://evil.example/",
                "scope",
                App.SCOPE,
                "state",
                "s",
                "code_challenge",
                App.CHALLENGE,
                "code_challenge_method",
                "S256");
        assertThat(heard.status()).isEqualTo(400);
        assertThat(heard.header("Location")).isEmpty();
    }

    @Test
    void issIsASwitch() {
        assertThat(visitor.cancel(app.authorize(App.request())).getQuery()).doesNotContain("iss=");
        sandbox.update(switches -> switches.withSendIss(SendIss.RIGHT));
        assertThat(visitor.cancel(app.authorize(App.request())).getQuery()).endsWith("&iss=" + sandbox.url());
        sandbox.update(switches -> switches.withSendIss(SendIss.WRONG));
        assertThat(visitor.allow(app.authorize(App.request()), ADA).getQuery())
                .endsWith("&iss=https://elsewhere.invalid");
    }

    @Test
    void anyRedirectUriWhereNoneIsRegistered() {
        try (Sandbox open = Sandbox.start(SandboxOptions.defaults())) {
            Map<String, String> request = App.request();
            request.put("redirect_uri", "http://127.0.0.1:1/anything");
            assertThat(visitor.cancel(App.of(open).authorize(request)).getPath())
                    .isEqualTo("/anything");
        }
    }

    private void wrong(Map<String, String> request) {
        HttpResponse<String> page = visitor.open(app.authorize(request));
        assertThat(page.statusCode()).isEqualTo(400);
        assertThat(page.body()).contains("Something went wrong");
        assertThat(page.headers().firstValue("Location")).isEmpty();
    }
}
