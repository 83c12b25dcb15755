package io.xtokenkeeper.webhook;

import java.net.InetAddress;
import java.net.URI;

/** Where a message may go. */
public sealed interface Destination {
    /** @param address the very one that was checked, and the only one to connect to */
    record Allowed(URI url, InetAddress address) implements Destination {}

    /** @param why fit to be shown to whoever asked for the address */
    record Refused(String why) implements Destination {}
}
