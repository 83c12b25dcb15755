package io.xtokenkeeper.egress;

import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * How outgoing connections are made: through which proxy ({@code KEEPER_HTTP_PROXY}, {@code NO_PROXY}) and with which
 * trusted certificates ({@code KEEPER_TRUST_CERTIFICATES}).
 */
public final class Egress {
    /** No proxy, and only the JDK's certificates. */
    public static final Egress DIRECT = new Egress(Optional.empty(), NoProxy.NONE, Optional.empty());

    private static final Duration PROXY_CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private final Optional<EgressProxy> proxy;
    private final NoProxy exceptions;
    private final Optional<X509TrustManager> trust;

    /** @param certificates trusted in addition to the JDK's; empty for none */
    public Egress(Optional<EgressProxy> proxy, NoProxy exceptions, Optional<TrustedCertificates> certificates) {
        this.proxy = proxy;
        this.exceptions = exceptions;
        this.trust = certificates.map(TrustedCertificates::trustManager);
    }

    /** The proxy through which this host is reached; empty if it is reached directly. */
    public Optional<EgressProxy> proxyFor(String host, int port) {
        return proxy.filter(any -> !exceptions.matches(host, port));
    }

    /** @param url must have a host */
    public Optional<EgressProxy> proxyFor(URI url) {
        return proxyFor(url.getHost(), port(url));
    }

    private static int port(URI url) {
        return url.getPort() > 0 ? url.getPort() : "https".equalsIgnoreCase(url.getScheme()) ? 443 : 80;
    }

    /** The JDK's and the configured certificates; empty if only the JDK's are trusted. */
    public Optional<TrustOptions> trust() {
        return trust.map(TrustOptions::wrap);
    }

    /** Options for a client that calls only this host. */
    public HttpClientOptions clientOptions(URI url) {
        var options = clientOptions();
        proxyFor(url).map(Egress::options).ifPresent(options::setProxyOptions);
        return options;
    }

    /** Options for a client that calls many hosts: the proxy must be set for each request. */
    public HttpClientOptions clientOptions() {
        var options = new HttpClientOptions();
        trust().ifPresent(options::setTrustOptions);
        return options;
    }

    public static ProxyOptions options(EgressProxy proxy) {
        var options =
                new ProxyOptions().setHost(proxy.host()).setPort(proxy.port()).setConnectTimeout(PROXY_CONNECT_TIMEOUT);
        proxy.credentials().ifPresent(known -> options.setUsername(known.user()).setPassword(known.revealed()));
        return options;
    }

    /** An HTTP client for commands, which run outside the service. Follows no redirect. */
    public HttpClient commandClient(Duration connectTimeout) {
        // by default the JDK disables Basic authentication at a proxy for CONNECT; an empty list enables it
        System.getProperties().putIfAbsent("jdk.http.auth.tunneling.disabledSchemes", "");
        var client = HttpClient.newBuilder().connectTimeout(connectTimeout).proxy(new Selector());
        trust.map(Egress::context).ifPresent(client::sslContext);
        return client.build();
    }

    /**
     * Sends one request of a command.
     *
     * @param request from {@link #commandRequest}
     * @param deadline for the connection, and for the response
     * @throws IOException also if the proxy rejected the connection
     */
    public HttpResponse<byte[]> send(HttpRequest.Builder request, Duration deadline)
            throws IOException, InterruptedException {
        try (var http = commandClient(deadline)) {
            var answer = http.send(request.timeout(deadline).build(), BodyHandlers.ofByteArray());
            if (answer.body() == null) {
                // the JDK's client returns a proxy's error response to CONNECT as if the server had sent it
                throw ConnectFailure.tunnelFailed(answer.statusCode());
            }
            return answer;
        }
    }

    /** A request for {@link #commandClient}, with the proxy's credentials if it needs them. */
    public HttpRequest.Builder commandRequest(URI url) {
        var request = HttpRequest.newBuilder(url);
        proxyFor(url)
                .flatMap(EgressProxy::credentials)
                .ifPresent(known -> request.header("Proxy-Authorization", basic(known)));
        return request;
    }

    private static String basic(EgressProxy.Credentials known) {
        var pair = known.user() + ':' + known.revealed();
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private static SSLContext context(X509TrustManager trusted) {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {trusted}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK can do this", e);
        }
    }

    /** Why no connection to this address was established; empty if one was, so that something may have been sent. */
    public Optional<ConnectFailure> notConnected(Throwable failure, URI url) {
        return ConnectFailure.of(failure, proxyFor(url).isPresent());
    }

    /** Why a request of {@link #commandClient} got no response, as text that does not quote the request. */
    public String whyNoAnswer(IOException failure, URI url) {
        return notConnected(failure, url)
                .map(ConnectFailure::words)
                .orElse(failure.getClass().getSimpleName());
    }

    private final class Selector extends ProxySelector {
        @Override
        public List<Proxy> select(URI url) {
            return List.of(proxyFor(url)
                    .map(to -> new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(to.host(), to.port())))
                    .orElse(Proxy.NO_PROXY));
        }

        @Override
        public void connectFailed(URI url, SocketAddress address, IOException failure) {
            // the caller of the client gets the exception
        }
    }
}
