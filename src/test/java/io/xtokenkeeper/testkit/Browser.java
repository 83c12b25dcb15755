package io.xtokenkeeper.testkit;

import io.xtokenkeeper.sandbox.Visitor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** A browser that keeps its cookies and shows every redirect instead of following it. */
public final class Browser {
    private final HttpClient http =
            HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
    private final Visitor visitor = new Visitor();
    private final URI keeper;

    public Browser(KeeperProcess keeper) {
        this(keeper.url());
    }

    public Browser(URI keeper) {
        this.keeper = keeper;
    }

    public HttpResponse<String> open(String path) {
        return open(keeper.resolve(path));
    }

    public HttpResponse<String> open(URI address) {
        try {
            return http.send(
                    HttpRequest.newBuilder(address)
                            .timeout(Duration.ofSeconds(30))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Begins a consent; X's address, where the browser is sent. */
    public URI begin(String query) {
        return location(open("/oauth/authorize" + query));
    }

    /** Allows at X as this user; the callback's address, not opened yet. */
    public URI allow(URI atX, String user) {
        return visitor.allow(atX, user);
    }

    /** Cancels at X; the callback's address, not opened yet. */
    public URI cancel(URI atX) {
        return visitor.cancel(atX);
    }

    /** All of a consent: what the callback answers. */
    public HttpResponse<String> consent(String user, String query) {
        return open(allow(begin(query), user));
    }

    public static URI location(HttpResponse<String> response) {
        return response.headers()
                .firstValue("Location")
                .map(response.uri()::resolve)
                .orElseThrow(
                        () -> new IllegalStateException("not sent on: " + response.statusCode() + response.body()));
    }
}
