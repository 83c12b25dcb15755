package io.xtokenkeeper.web;

import io.netty.util.NetUtil;
import io.smallrye.common.net.CidrAddress;
import io.smallrye.common.net.Inet;
import io.vertx.core.http.HttpServerRequest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Where a request really comes from. {@code X-Forwarded-For} is believed from the proxies the operator named, and read
 * from the right: each proxy adds the address it saw at the end, and whatever stands left of the first stranger is the
 * stranger's own word. Nothing else that a request says about itself is believed; where browsers reach us is a setting.
 */
public record TrustedProxies(List<CidrAddress> networks) {
    public static final TrustedProxies NONE = new TrustedProxies(List.of());

    private static final String FORWARDED_FOR = "X-Forwarded-For";

    /** @throws IllegalArgumentException where an entry is neither an address nor a network such as 10.0.0.0/8 */
    public static TrustedProxies of(String text) {
        return new TrustedProxies(Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(entry -> !entry.isEmpty())
                .map(TrustedProxies::network)
                .toList());
    }

    /** The address of whoever sent this, in its usual form; {@code unknown} where the connection has none. */
    public String client(HttpServerRequest request) {
        var peer = request.remoteAddress();
        var address = peer == null || peer.hostAddress() == null ? "unknown" : peer.hostAddress();
        return trusts(address) ? behind(address, request.headers().getAll(FORWARDED_FOR)) : address;
    }

    /** @param forwarded the header, line by line */
    String behind(String proxy, List<String> forwarded) {
        var hops = forwarded.stream()
                .flatMap(line -> Arrays.stream(line.split(",")))
                .map(String::strip)
                .toList()
                .reversed();
        var nearest = proxy;
        for (var hop : hops) {
            if (octets(hop).isEmpty()) {
                return nearest;
            }
            nearest = hop;
            if (!trusts(hop)) {
                return nearest;
            }
        }
        return nearest;
    }

    private boolean trusts(String address) {
        return !networks.isEmpty()
                && octets(address)
                        .filter(octets -> networks.stream().anyMatch(network -> network.matches(octets)))
                        .isPresent();
    }

    /**
     * What one customer of a network provider usually holds: an IPv4 address, or the first 64 bits of an IPv6 one. The
     * text itself where it is no address.
     */
    public static String neighbourhood(String address) {
        if (address.indexOf(':') < 0) {
            return address;
        }
        return octets(address)
                .filter(octets -> octets.length == 16)
                .map(octets -> HexFormat.of().formatHex(octets, 0, 8))
                .orElse(address);
    }

    private static Optional<byte[]> octets(String address) {
        return Optional.ofNullable(NetUtil.createByteArrayFromIpAddressString(address));
    }

    /** Quarkus' own words for a bad one would not say what to write. */
    private static CidrAddress network(String text) {
        var octets = octets(text);
        var network = octets.isPresent()
                ? CidrAddress.create(octets.get(), octets.get().length * Byte.SIZE)
                : Inet.parseCidrAddress(text);
        if (network == null || network.getNetmaskBits() == 0) {
            throw new IllegalArgumentException(
                    "has \"" + text + "\": each is an address, or a network such as 10.0.0.0/8");
        }
        return network;
    }
}
