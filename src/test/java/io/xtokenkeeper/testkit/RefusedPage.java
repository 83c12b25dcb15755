package io.xtokenkeeper.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;

/** Asserts that a response is an error page. */
public final class RefusedPage {
    private RefusedPage() {}

    public static void assertIs(HttpResponse<String> response, int status, String told) {
        assertThat(response.body()).contains(told);
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(response.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/html"));
    }
}
