package io.xtokenkeeper.webhook;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Classifies IP addresses as public internet or private network, by IANA's registries of special-purpose addresses (RFC
 * 6890). Some are neither: link-local, multicast and documentation ranges, and IPv6 addresses that are neither global
 * unicast nor private.
 */
final class IpAddressClassifier {
    private static final List<Range> PRIVATE = ranges(
            "10.0.0.0/8",
            "100.64.0.0/10", // carrier-grade NAT, RFC 6598
            "127.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "::1/128",
            "fc00::/7");

    private static final List<Range> NOT_PUBLIC = Stream.concat(
                    PRIVATE.stream(),
                    ranges(
                            "0.0.0.0/8",
                            "168.63.129.16/32", // Azure's platform service for virtual machines
                            "169.254.0.0/16",
                            "192.0.0.0/24",
                            "192.0.2.0/24",
                            "192.88.99.0/24",
                            "198.18.0.0/15",
                            "198.51.100.0/24",
                            "203.0.113.0/24",
                            "224.0.0.0/4",
                            "240.0.0.0/4",
                            "2001::/23", // Teredo and other special-purpose ranges
                            "2001:db8::/32",
                            "2002::/16", // 6to4: contains an IPv4 address
                            "3fff::/20")
                            .stream())
            .toList();

    private static final Range GLOBAL_UNICAST = Range.of("2000::/3");
    /** Classified as the IPv4 address in the last four bytes, to which NAT64 translates it (RFC 6052). */
    private static final Range NAT64 = Range.of("64:ff9b::/96");

    private IpAddressClassifier() {}

    static boolean isPublic(InetAddress address) {
        var bytes = meant(address);
        return NOT_PUBLIC.stream().noneMatch(range -> range.holds(bytes))
                && (bytes.length == 4 || GLOBAL_UNICAST.holds(bytes));
    }

    /** Link-local addresses, where cloud providers serve instance metadata, are not private. */
    static boolean isPrivate(InetAddress address) {
        var bytes = meant(address);
        return PRIVATE.stream().anyMatch(range -> range.holds(bytes));
    }

    private static byte[] meant(InetAddress address) {
        var bytes = address.getAddress();
        return NAT64.holds(bytes) ? Arrays.copyOfRange(bytes, 12, 16) : bytes;
    }

    private static List<Range> ranges(String... cidrs) {
        return Arrays.stream(cidrs).map(Range::of).toList();
    }

    @SuppressWarnings("ArrayRecordComponent") // compared byte by byte, never as records
    private record Range(byte[] prefix, int bits) {
        static Range of(String cidr) {
            var parts = cidr.split("/", 2);
            try {
                return new Range(InetAddress.getByName(parts[0]).getAddress(), Integer.parseInt(parts[1]));
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException(cidr, e);
            }
        }

        boolean holds(byte[] bytes) {
            if (bytes.length != prefix.length) {
                return false;
            }
            for (var bit = 0; bit < bits; bit++) {
                var mask = 0x80 >> (bit % 8);
                if ((bytes[bit / 8] & mask) != (prefix[bit / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }
}
