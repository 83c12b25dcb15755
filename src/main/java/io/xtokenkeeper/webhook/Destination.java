package io.xtokenkeeper.webhook;

import io.xtokenkeeper.egress.EgressProxy;
import java.net.InetAddress;
import java.net.URI;

/** The result of {@link WebhookUrlValidator}: whether and how a message may be sent to a URL. */
public sealed interface Destination {
    /**
     * Connect directly.
     *
     * @param address the address that was validated, and the only one to connect to
     */
    record Allowed(URI url, InetAddress address) implements Destination {}

    /** Connect through the proxy, which resolves the host. */
    record ByProxy(URI url, EgressProxy proxy) implements Destination {}

    /**
     * Do not send.
     *
     * @param why may be shown to the caller who gave the URL
     */
    record Refused(String why) implements Destination {}
}
