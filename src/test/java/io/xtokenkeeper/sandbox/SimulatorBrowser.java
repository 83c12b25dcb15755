package io.xtokenkeeper.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A user at the simulator's consent page: opens it, reads its form, and presses a button. Follows no redirect. */
public final class SimulatorBrowser {
    private static final Pattern HIDDEN =
            Pattern.compile("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\">");

    private final HttpClient http = HttpClient.newHttpClient();

    /** The page that the browser shows for this address. */
    public HttpResponse<String> open(URI authorize) {
        return send(HttpRequest.newBuilder(authorize).build());
    }

    /** Allows, as this user; returns the address that the browser is redirected to. */
    public URI allow(URI authorize, String userId) {
        return location(press(authorize, "&decision=allow&user=" + userId));
    }

    /** Cancels; returns the address that the browser is redirected to. */
    public URI cancel(URI authorize) {
        return location(press(authorize, "&decision=cancel"));
    }

    /** Submits the page's form with these fields added. */
    HttpResponse<String> press(URI authorize, String added) {
        String page = open(authorize).body();
        String form = HIDDEN.matcher(page)
                .results()
                .map(input -> input.group(1) + "=" + encoded(unescaped(input.group(2))))
                .collect(Collectors.joining("&"));
        return send(HttpRequest.newBuilder(authorize.resolve("/i/oauth2/authorize"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form + added))
                .build());
    }

    private static URI location(HttpResponse<String> response) {
        return URI.create(response.headers()
                .firstValue("Location")
                .orElseThrow(() -> new IllegalStateException("not sent on, but told: " + response.body())));
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, BodyHandlers.ofString());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    private static String unescaped(String html) {
        return html.replace("&#39;", "'")
                .replace("&quot;", "\"")
                .replace("&gt;", ">")
                .replace("&lt;", "<")
                .replace("&amp;", "&");
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
