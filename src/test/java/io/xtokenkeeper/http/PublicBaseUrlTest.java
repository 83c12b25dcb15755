package io.xtokenkeeper.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublicBaseUrlTest {
    private static final PublicBaseUrl PREFIXED = PublicBaseUrl.of(URI.create("https://host.example/keeper"));

    @ParameterizedTest
    @CsvSource({
        "https://host.example/oauth/callback, ''",
        "https://host.example/keeper/oauth/callback, /keeper",
        "https://host.example/a/b.c_d-e~f/oauth/callback, /a/b.c_d-e~f",
        "https://host.example/keeper/callback, ''",
        "https://host.example/keeper/oauth/callback/, ''",
        "https://host.example, ''",
        "https://host.example//oauth/callback, ''",
        "https://host.example/a%20b/oauth/callback, ''",
        "https://host.example/../oauth/callback, ''",
        "https://host.example/oauth/oauth/callback, ''",
        "https://host.example/apis/oauth/callback, /apis"
    })
    void whatStandsBeforeTheCallbackIsThePrefix(String redirectUri, String prefix) {
        var url = PublicBaseUrl.ofRedirectUri(URI.create(redirectUri));
        assertThat(url.prefix()).isEqualTo(prefix);
        assertThat(url.origin()).isEqualTo("https://host.example");
    }

    @ParameterizedTest
    @CsvSource({
        "/, /keeper/",
        "/operator/keys?told=x, /keeper/operator/keys?told=x",
        "/keeper, /keeper",
        "/keeper/, /keeper/",
        "/keeper?a=b, /keeper?a=b",
        "/keepers, /keeper/keepers"
    })
    void thePrefixIsAddedOnce(String path, String whole) {
        assertThat(PREFIXED.withPrefix(path)).isEqualTo(whole);
    }

    @Test
    void withoutAPrefixPathsAreAsTheyAre() {
        var url = PublicBaseUrl.of(URI.create("https://host.example/"));
        assertThat(url.value()).isEqualTo("https://host.example");
        assertThat(url.withPrefix("/a")).isEqualTo("/a");
        assertThat(url.pathOf(URI.create("https://host.example/cb"))).isEqualTo("/cb");
        assertThat(url.pathOf(URI.create("https://host.example"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"/keeper/cb, /cb", "/cb, /cb", "/keeper, ''", "/keepers/cb, /keepers/cb"})
    void theCallbackMayLieOutsideThePrefix(String path, String own) {
        assertThat(PREFIXED.pathOf(URI.create("https://host.example" + path))).isEqualTo(own);
    }

    @ParameterizedTest
    @ValueSource(strings = {"host.example", "host.example:443", "HOST.example"})
    void theUsualPortMayBeLeftOut(String authority) {
        assertThat(PREFIXED.isAt(authority)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"host.example:80", "other.example", "host.example.", "a b", "", "host.example@evil.example"})
    void anythingElseIsElsewhere(String authority) {
        assertThat(PREFIXED.isAt(authority)).isFalse();
        assertThat(PREFIXED.isOtherLoopback(authority)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "localhost:8080, true",
        "[::1]:8080, true",
        "127.0.0.1:9090, true",
        "127.0.0.1:8080, false",
        "localhost.evil.example:8080, false",
        "127.0.0.1.evil.example:8080, false",
        "192.0.2.7:8080, false"
    })
    void thisMachineHasOtherNames(String authority, boolean isOther) {
        var local = PublicBaseUrl.of(URI.create("http://127.0.0.1:8080"));
        assertThat(local.isOtherLoopback(authority)).isEqualTo(isOther);
        assertThat(PREFIXED.isOtherLoopback(authority)).isFalse();
    }
}
