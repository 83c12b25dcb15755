package io.xtokenkeeper.testkit;

import io.xtokenkeeper.sandbox.SimulatorBrowser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A browser that keeps its cookies and returns every redirect instead of following it. */
public final class HttpBrowser {
    private final HttpClient http;
    private final SimulatorBrowser visitor = new SimulatorBrowser();
    private final URI keeper;

    public HttpBrowser(KeeperProcess keeper) {
        this(keeper.url());
    }

    public HttpBrowser(URI keeper) {
        this(keeper, HttpClient.newBuilder());
    }

    /** @param client configured for the address, for example with a certificate to trust */
    public HttpBrowser(URI keeper, HttpClient.Builder client) {
        this.keeper = keeper;
        this.http = client.cookieHandler(new CookieManager()).build();
    }

    public HttpResponse<String> open(String path) {
        return open(keeper.resolve(path));
    }

    public HttpResponse<String> open(String path, String header, String value) {
        return open(path, Map.of(header, value));
    }

    public HttpResponse<String> open(String path, Map<String, String> headers) {
        var request = HttpRequest.newBuilder(keeper.resolve(path));
        headers.forEach(request::header);
        return send(request);
    }

    public HttpResponse<String> open(URI address) {
        return send(HttpRequest.newBuilder(address));
    }

    /** Opens the page, fills in its form and submits it, with the form's CSRF token. */
    public HttpResponse<String> submit(String page, String action, Map<String, String> fields) {
        var form = new LinkedHashMap<>(fields);
        form.put("csrf-token", formToken(open(page)));
        return post(action, "application/x-www-form-urlencoded", encoded(form));
    }

    /** Signs in as admin; returns the response. */
    public HttpResponse<String> signIn(String key) {
        return submit("/sign-in", "/sign-in", Map.of("key", key));
    }

    public HttpResponse<String> post(String path, String contentType, String body, String... headers) {
        var request = HttpRequest.newBuilder(keeper.resolve(path)).POST(HttpRequest.BodyPublishers.ofString(body));
        if (!contentType.isEmpty()) {
            request.header("Content-Type", contentType);
        }
        for (var i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return send(request);
    }

    public static String encoded(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    /** The value of a cookie that a response sets. */
    public static String cookie(HttpResponse<String> response, String name) {
        return response.headers().allValues("Set-Cookie").stream()
                .filter(cookie -> cookie.startsWith(name + "="))
                .map(cookie -> cookie.substring(name.length() + 1).split(";", 2)[0])
                .findFirst()
                .orElseThrow();
    }

    /** The CSRF token in a page's form. */
    public static String formToken(HttpResponse<String> page) {
        var field = Pattern.compile("name=\"csrf-token\" value=\"([^\"]+)\"").matcher(page.body());
        if (!field.find()) {
            throw new IllegalStateException("no form on " + page.uri() + ": " + page.body());
        }
        return field.group(1);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.timeout(Duration.ofSeconds(30)).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Starts a consent; returns X's address that the browser is redirected to. */
    public URI begin(String query) {
        return location(open("/oauth/authorize" + query));
    }

    /** Allows at X as this user; returns the callback's address, which is not opened yet. */
    public URI allow(URI atX, String user) {
        return visitor.allow(atX, user);
    }

    /** Cancels at X; returns the callback's address, which is not opened yet. */
    public URI cancel(URI atX) {
        return visitor.cancel(atX);
    }

    /** Performs a whole consent; returns the callback's response. */
    public HttpResponse<String> consent(String user, String query) {
        return open(allow(begin(query), user));
    }

    /** The query parameters of an address, decoded. */
    public static Map<String, String> query(URI address) {
        return Arrays.stream(address.getQuery().split("&"))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    }

    public static URI location(HttpResponse<String> response) {
        return response.headers()
                .firstValue("Location")
                .map(response.uri()::resolve)
                .orElseThrow(
                        () -> new IllegalStateException("not sent on: " + response.statusCode() + response.body()));
    }
}
