package io.xtokenkeeper.webhook;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** The addresses of a host, at least one. */
@FunctionalInterface
interface Resolver {
    List<InetAddress> resolve(String host) throws UnknownHostException;
}
