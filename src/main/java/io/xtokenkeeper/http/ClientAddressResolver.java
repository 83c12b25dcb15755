package io.xtokenkeeper.http;

import io.netty.util.NetUtil;
import io.smallrye.common.net.CidrAddress;
import io.smallrye.common.net.Inet;
import io.vertx.core.http.HttpServerRequest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Determines the client address of a request. {@code X-Forwarded-For} is used only if the request comes from a configured
 * proxy, and is read from the right: each proxy appends the address that it received the request from, and everything left
 * of the first untrusted address may be forged. The public base URL is configured; what a proxy reports about it only
 * decides whether a browser is redirected to it.
 */
public record ClientAddressResolver(List<CidrAddress> networks) {
    public static final ClientAddressResolver NONE = new ClientAddressResolver(List.of());

    private static final String FORWARDED_FOR = "X-Forwarded-For";
    private static final Pattern WITH_PORT = Pattern.compile("\\[([^]]+)](?::[0-9]+)?|([0-9.]+):[0-9]+");

    /** @throws IllegalArgumentException if an entry is neither an address nor a network such as 192.0.2.0/28 */
    public static ClientAddressResolver of(String text) {
        return new ClientAddressResolver(Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(entry -> !entry.isEmpty())
                .map(ClientAddressResolver::network)
                .toList());
    }

    /** The client's address in canonical form; {@code unknown} if the connection has none. */
    public String client(HttpServerRequest request) {
        var peer = request.remoteAddress();
        var host = peer == null || peer.hostAddress() == null ? "unknown" : peer.hostAddress();
        var address = host.indexOf(':') < 0 ? host : plain(host).orElse(host);
        return trusts(address) ? behind(address, request.headers().getAll(FORWARDED_FOR)) : address;
    }

    /** The value of a header, the first one of a list; empty if no trusted proxy sent the request. */
    Optional<String> forwarded(HttpServerRequest request, String header) {
        var peer = request.remoteAddress();
        return Optional.ofNullable(peer == null ? null : peer.hostAddress())
                .flatMap(ClientAddressResolver::plain)
                .filter(this::trusts)
                .map(proxy -> request.getHeader(header))
                .map(value -> value.split(",", 2)[0].strip());
    }

    /** @param forwarded the values of the header, one for each header line */
    String behind(String proxy, List<String> forwarded) {
        var hops = forwarded.stream()
                .flatMap(line -> Arrays.stream(line.split(",")))
                .map(String::strip)
                .toList()
                .reversed();
        var nearest = proxy;
        for (var hop : hops) {
            var address = plain(hop);
            if (address.isEmpty()) {
                return nearest;
            }
            nearest = address.get();
            if (!trusts(nearest)) {
                return nearest;
            }
        }
        return nearest;
    }

    /** The address in canonical form: without port and brackets, and an IPv4-mapped IPv6 address as IPv4. */
    private static Optional<String> plain(String text) {
        if (text.indexOf(':') < 0) {
            return bytes(text).map(bytes -> text);
        }
        var withPort = WITH_PORT.matcher(text);
        var address = withPort.matches() ? Objects.requireNonNullElse(withPort.group(1), withPort.group(2)) : text;
        return bytes(address).map(bytes -> NetUtil.bytesToIpAddress(isMapped(bytes) ? last4(bytes) : bytes));
    }

    /** RFC 4291 §2.5.5.2: {@code ::ffff:203.0.113.9}. */
    private static boolean isMapped(byte[] bytes) {
        return bytes.length == 16
                && Arrays.equals(bytes, 0, 10, new byte[10], 0, 10)
                && bytes[10] == -1
                && bytes[11] == -1;
    }

    private static byte[] last4(byte[] bytes) {
        return Arrays.copyOfRange(bytes, 12, 16);
    }

    private boolean trusts(String address) {
        return !networks.isEmpty()
                && bytes(address)
                        .filter(bytes -> networks.stream().anyMatch(network -> network.matches(bytes)))
                        .isPresent();
    }

    /**
     * The network that one customer of a provider usually has: the IPv4 address, or the first 64 bits of an IPv6 address.
     * The text itself if it is not an address.
     */
    public static String neighbourhood(String address) {
        if (address.indexOf(':') < 0) {
            return address;
        }
        return bytes(address)
                .filter(bytes -> bytes.length == 16)
                .map(bytes -> HexFormat.of().formatHex(bytes, 0, 8))
                .orElse(address);
    }

    private static Optional<byte[]> bytes(String address) {
        return Optional.ofNullable(NetUtil.createByteArrayFromIpAddressString(address));
    }

    /** The message of Quarkus' own parser would not contain what to write instead. */
    private static CidrAddress network(String text) {
        var bytes = bytes(text);
        var network = bytes.isPresent()
                ? CidrAddress.create(bytes.get(), bytes.get().length * Byte.SIZE)
                : Inet.parseCidrAddress(text);
        if (network == null || network.getNetmaskBits() == 0) {
            throw new IllegalArgumentException(
                    "has \"" + text + "\": each is an address, or a network such as 192.0.2.0/28");
        }
        return network;
    }
}
