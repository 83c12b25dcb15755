package io.xtokenkeeper.egress;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.proxy.HttpProxyHandler.HttpProxyConnectException;
import io.netty.handler.proxy.ProxyConnectException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

class ConnectFailureTest {
    private static Throwable handshake(Throwable cause) {
        return new IllegalStateException(new SSLHandshakeException("Failed to create SSL connection").initCause(cause));
    }

    @Test
    void certificatesAreCalledWhatTheyAre() {
        assertThat(ConnectFailure.of(
                        handshake(new CertificateException("PKIX", new CertPathBuilderException())), false))
                .contains(ConnectFailure.CERTIFICATE_UNTRUSTED);
        assertThat(ConnectFailure.of(
                        handshake(new CertificateException(
                                "PKIX", new CertPathValidatorException(new CertificateExpiredException()))),
                        false))
                .contains(ConnectFailure.CERTIFICATE_EXPIRED);
        assertThat(ConnectFailure.of(handshake(new CertificateException("No name matching")), true))
                .contains(ConnectFailure.CERTIFICATE_INVALID);
        assertThat(ConnectFailure.of(handshake(new SSLException("no cipher suites")), false))
                .contains(ConnectFailure.TLS);
        assertThat(ConnectFailure.CERTIFICATE_UNTRUSTED.words()).contains("KEEPER_TRUST_CERTIFICATES");
    }

    @Test
    void aProxyIsToldFromWhatIsBehindIt() {
        var asks = new HttpProxyConnectException("http, basic, /10.0.0.1:3128 => x:443, status: 407 Needed", null);
        var refuses = new HttpProxyConnectException("http, none, /10.0.0.1:3128 => x:443, status: 403 Forbidden", null);
        assertThat(ConnectFailure.of(asks, true)).contains(ConnectFailure.PROXY_CREDENTIALS);
        assertThat(ConnectFailure.of(refuses, true)).contains(ConnectFailure.PROXY_REFUSED);
        assertThat(ConnectFailure.of(new ProxyConnectException("http, timeout"), true))
                .contains(ConnectFailure.PROXY_UNREACHABLE);
        assertThat(ConnectFailure.of(new ConnectException("refused"), true)).contains(ConnectFailure.PROXY_UNREACHABLE);
        assertThat(ConnectFailure.of(new UnknownHostException("x"), true)).contains(ConnectFailure.PROXY_UNREACHABLE);
        assertThat(ConnectFailure.of(new IOException("Tunnel failed, got: 403"), true))
                .contains(ConnectFailure.PROXY_REFUSED);
        assertThat(ConnectFailure.of(new ConnectException("refused"), false)).contains(ConnectFailure.UNREACHABLE);
        assertThat(ConnectFailure.of(new UnknownHostException("x"), false)).contains(ConnectFailure.UNKNOWN_HOST);
    }

    @Test
    void whatMayHaveBeenSentIsNoneOfThem() {
        assertThat(ConnectFailure.of(new IOException("Connection reset"), true)).isEmpty();
        assertThat(ConnectFailure.of(new SSLException("closed"), false)).isEmpty();
        assertThat(ConnectFailure.of(new SocketTimeoutException("read"), false)).isEmpty();
    }
}
