package io.xtokenkeeper.egress;

import io.netty.handler.proxy.ProxyConnectException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;

/** Why a connection could not be established. In all these cases nothing of the request was sent. */
public enum ConnectFailure {
    UNREACHABLE("no connection"),
    UNKNOWN_HOST("its name is not known here"),
    TLS("TLS could not be agreed on"),
    CERTIFICATE_UNTRUSTED("its certificate comes from a CA that is not trusted here:"
            + " put the CA's certificate into the file that KEEPER_TRUST_CERTIFICATES names"),
    CERTIFICATE_EXPIRED("its certificate has expired or is not valid yet: renew it, and compare the clocks"),
    CERTIFICATE_INVALID("its certificate is not valid for this name: see the address, and what stands between"),
    PROXY_UNREACHABLE("no connection to the proxy: see KEEPER_HTTP_PROXY"),
    PROXY_CREDENTIALS("the proxy does not take its user and password: see KEEPER_HTTP_PROXY"),
    PROXY_REFUSED("the proxy refuses to connect there: let it, or name the host in NO_PROXY");

    /** How Netty's and the JDK's exceptions report an error response to CONNECT. */
    private static final String NETTY_STATUS = "status: ";

    private static final String JDK_STATUS = "Tunnel failed, got: ";
    private static final String AUTHENTICATION_REQUIRED = "407";

    private final String words;

    ConnectFailure(String words) {
        this.words = words;
    }

    /**
     * What is wrong and what to do. Follows the name of the server and a colon in a message; contains no secret, may be
     * logged and returned to callers.
     */
    public String words() {
        return words;
    }

    public boolean isCertificate() {
        return this == CERTIFICATE_UNTRUSTED || this == CERTIFICATE_EXPIRED || this == CERTIFICATE_INVALID;
    }

    /** The exception for an error response to CONNECT, which the JDK's client returns as if the server had sent it. */
    public static IOException tunnelFailed(int status) {
        return new IOException(JDK_STATUS + status);
    }

    /**
     * Classifies a failure. Empty if a connection was established, so that something may have been sent.
     *
     * @param proxied whether a proxy was to be used: then connection errors concern the proxy
     */
    public static Optional<ConnectFailure> of(Throwable failure, boolean proxied) {
        var causes = Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .limit(16)
                .toList();
        return causes.stream()
                .map(ConnectFailure::byProxy)
                .flatMap(Optional::stream)
                .findFirst()
                .or(() -> causes.stream().anyMatch(SSLHandshakeException.class::isInstance)
                        ? Optional.of(byTls(causes.stream()))
                        : Optional.empty())
                .or(() -> causes.stream()
                        .map(cause -> byTcp(cause, proxied))
                        .flatMap(Optional::stream)
                        .findFirst());
    }

    private static Optional<ConnectFailure> byProxy(Throwable cause) {
        var message = String.valueOf(cause.getMessage());
        var netty = cause instanceof ProxyConnectException;
        if (!netty && !message.startsWith(JDK_STATUS)) {
            return Optional.empty();
        }
        if (message.contains(NETTY_STATUS + AUTHENTICATION_REQUIRED)
                || message.startsWith(JDK_STATUS + AUTHENTICATION_REQUIRED)) {
            return Optional.of(PROXY_CREDENTIALS);
        }
        // without a status, the proxy closed the connection or did not respond
        return Optional.of(message.contains(NETTY_STATUS) || !netty ? PROXY_REFUSED : PROXY_UNREACHABLE);
    }

    private static ConnectFailure byTls(Stream<Throwable> causes) {
        return causes.map(cause -> switch (cause) {
                    case CertPathBuilderException untrusted -> CERTIFICATE_UNTRUSTED;
                    case CertificateExpiredException expired -> CERTIFICATE_EXPIRED;
                    case CertificateNotYetValidException early -> CERTIFICATE_EXPIRED;
                    case CertificateException other -> CERTIFICATE_INVALID;
                    default -> TLS;
                })
                // the last cause is the most specific
                .reduce(TLS, (before, after) -> after == TLS ? before : after);
    }

    private static Optional<ConnectFailure> byTcp(Throwable cause, boolean proxied) {
        return switch (cause) {
            case UnknownHostException unknown -> Optional.of(proxied ? PROXY_UNREACHABLE : UNKNOWN_HOST);
            case ConnectException refused -> Optional.of(proxied ? PROXY_UNREACHABLE : UNREACHABLE);
            case NoRouteToHostException noRoute -> Optional.of(proxied ? PROXY_UNREACHABLE : UNREACHABLE);
            case HttpConnectTimeoutException late -> Optional.of(proxied ? PROXY_UNREACHABLE : UNREACHABLE);
            default -> Optional.empty();
        };
    }
}
