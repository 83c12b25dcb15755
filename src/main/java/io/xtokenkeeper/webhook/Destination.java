package io.xtokenkeeper.webhook;

import io.xtokenkeeper.egress.EgressProxy;
import java.net.InetAddress;
import java.net.URI;

/** Where a message may go. */
public sealed interface Destination {
    /** @param address the very one that was checked, and the only one to connect to */
    record Allowed(URI url, InetAddress address) implements Destination {}

    /** A host that only the proxy resolves. */
    record ByProxy(URI url, EgressProxy proxy) implements Destination {}

    /** @param why fit to be shown to whoever asked for the address */
    record Refused(String why) implements Destination {}
}
