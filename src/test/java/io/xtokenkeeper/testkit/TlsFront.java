package io.xtokenkeeper.testkit;

import java.net.URI;
import javax.net.ssl.SSLContext;

/** A TLS proxy in front of a server of this machine that uses plain HTTP. */
public final class TlsFront implements AutoCloseable {
    private final TcpProxy proxy;

    public TlsFront(SSLContext context, int target) {
        proxy = new TcpProxy(context.getServerSocketFactory(), target);
    }

    public int port() {
        return proxy.port();
    }

    /** @param host a name of the certificate */
    public URI url(String host) {
        return URI.create("https://" + host + ":" + port());
    }

    @Override
    public void close() {
        proxy.close();
    }
}
