package io.xtokenkeeper.webhook;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import io.xtokenkeeper.egress.ConnectFailure;
import io.xtokenkeeper.egress.Egress;
import io.xtokenkeeper.egress.RetryAfter;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sends one message. It connects to the address that was validated, while TLS and {@code Host} use the host name of the URL;
 * through a proxy, both use the name. It opens a connection per message, follows no redirect, and uses only the status of
 * the response; the body is never read.
 */
@Singleton
class WebhookHttpClient {
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final int CONNECT_MS = 5_000;
    private static final int MAX_HEADERS = 16_384;
    private static final int GONE = 410;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAVAILABLE = 503;

    private final HttpClient http;
    private final InstantSource clock;
    private final Duration deadline;

    @Inject
    WebhookHttpClient(Vertx vertx, Egress egress, InstantSource clock) {
        this(vertx, egress, clock, DEADLINE);
    }

    WebhookHttpClient(Vertx vertx, Egress egress, InstantSource clock, Duration deadline) {
        var options = egress.clientOptions()
                .setKeepAlive(false)
                .setMaxPoolSize(WebhookDispatcher.MAX_AT_ONCE)
                .setConnectTimeout(CONNECT_MS)
                .setSslHandshakeTimeout(CONNECT_MS)
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                .setMaxHeaderSize(MAX_HEADERS)
                .setDecompressionSupported(false);
        this.http = vertx.createHttpClient(options);
        this.clock = clock;
        this.deadline = deadline;
    }

    /** Sends a message directly. Returns within ten seconds, whatever the receiver does. */
    SendResult post(Destination.Allowed to, Message message) throws InterruptedException {
        var options = options(to.url(), message);
        var server =
                SocketAddress.inetSocketAddress(options.getPort(), to.address().getHostAddress());
        return post(options.setServer(server), message, false);
    }

    /** Sends a message through the proxy, which resolves the host name. The same deadline applies. */
    SendResult post(Destination.ByProxy to, Message message) throws InterruptedException {
        return post(options(to.url(), message).setProxyOptions(Egress.options(to.proxy())), message, true);
    }

    private SendResult post(RequestOptions options, Message message, boolean proxied) throws InterruptedException {
        var request = http.request(options);
        var posted = request.compose(open -> open.send(Buffer.buffer(message.body())))
                .map(this::read)
                .toCompletionStage()
                .toCompletableFuture();
        try {
            return posted.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return new SendResult.NoAnswer("no answer within the deadline");
        } catch (ExecutionException e) {
            return new SendResult.NoAnswer(words(e.getCause(), proxied));
        } finally {
            close(request);
        }
    }

    /** Closing the connection ends a response body of any length. */
    private static void close(Future<HttpClientRequest> request) {
        request.onSuccess(open -> open.connection().close());
    }

    private static RequestOptions options(URI url, Message message) {
        var secure = "https".equalsIgnoreCase(url.getScheme());
        var port = url.getPort() > 0 ? url.getPort() : secure ? 443 : 80;
        return new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(bare(url.getHost()))
                .setPort(port)
                .setSsl(secure)
                .setURI(target(url))
                .setFollowRedirects(false)
                .setHeaders(MultiMap.caseInsensitiveMultiMap()
                        .add("content-type", "application/json")
                        .add("user-agent", "x-token-keeper")
                        .add("webhook-id", message.id())
                        .add("webhook-timestamp", Long.toString(message.at().getEpochSecond()))
                        .add("webhook-signature", message.signature()));
    }

    private static String bare(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static String target(URI url) {
        var path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        return url.getRawQuery() == null ? path : path + '?' + url.getRawQuery();
    }

    private SendResult read(HttpClientResponse answer) {
        // a truncated body does not matter; without a handler, Vert.x would log it as an error
        answer.exceptionHandler(cut -> {});
        var status = answer.statusCode();
        if (status >= 200 && status < 300) {
            return new SendResult.Taken(status);
        }
        return switch (status) {
            case GONE -> new SendResult.Gone();
            case TOO_MANY_REQUESTS, UNAVAILABLE ->
                new SendResult.Refused(status, RetryAfter.read(answer.getHeader("retry-after"), now()));
            default -> new SendResult.Refused(status, Optional.empty());
        };
    }

    private Instant now() {
        return clock.instant();
    }

    /** Only the kind of failure: messages of HTTP clients can contain internal addresses. */
    private static String words(Throwable failure, boolean proxied) {
        return ConnectFailure.of(failure, proxied).map(ConnectFailure::words).orElse("no answer");
    }
}
