package io.xtokenkeeper.egress;

import io.smallrye.common.net.CidrAddress;
import io.smallrye.common.net.Inet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The hosts that are reached without the proxy, in the usual format of {@code NO_PROXY}. An entry is {@code *}, a domain,
 * which includes its subdomains, an IP address, or a network such as {@code 10.0.0.0/8}; a domain or an address may be
 * followed by a port. Names are not resolved.
 *
 * @param unreadable entries in none of these formats, which match no host
 */
public record NoProxy(List<Predicate<Target>> rules, List<String> unreadable) {
    public static final NoProxy NONE = new NoProxy(List.of(), List.of());

    private static final Pattern DOMAIN =
            Pattern.compile("(?:\\*?\\.)?(?<name>[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?)\\.?");
    private static final Pattern WITH_PORT = Pattern.compile("(?<host>\\[[0-9a-f:.]+]|[^:]+):(?<port>[0-9]{1,5})");

    /** @param host in lower case, without brackets and without a trailing dot */
    record Target(String host, int port) {}

    public NoProxy {
        rules = List.copyOf(rules);
        unreadable = List.copyOf(unreadable);
    }

    public static NoProxy of(String text) {
        var rules = new ArrayList<Predicate<Target>>();
        var unreadable = new ArrayList<String>();
        Arrays.stream(text.split("[,\\s]+"))
                .filter(entry -> !entry.isEmpty())
                .forEach(entry ->
                        rule(entry.toLowerCase(Locale.ROOT)).ifPresentOrElse(rules::add, () -> unreadable.add(entry)));
        return new NoProxy(rules, unreadable);
    }

    private static Optional<Predicate<Target>> rule(String entry) {
        if (entry.equals("*")) {
            return Optional.of(any -> true);
        }
        if (entry.indexOf('/') >= 0) {
            return Optional.ofNullable(Inet.parseCidrAddress(entry)).map(NoProxy::network);
        }
        var withPort = WITH_PORT.matcher(entry);
        if (!withPort.matches()) {
            return host(entry);
        }
        var port = Integer.parseInt(withPort.group("port"));
        return host(withPort.group("host")).map(rule -> rule.and(target -> target.port() == port));
    }

    private static Optional<Predicate<Target>> host(String text) {
        var address = address(text.replaceAll("[\\[\\]]", ""));
        if (address.isPresent()) {
            return address.map(bytes -> network(CidrAddress.create(bytes, bytes.length * Byte.SIZE)));
        }
        var domain = DOMAIN.matcher(text);
        return domain.matches() ? Optional.of(domain(domain.group("name"))) : Optional.empty();
    }

    private static Predicate<Target> network(CidrAddress network) {
        return target -> address(target.host()).filter(network::matches).isPresent();
    }

    private static Predicate<Target> domain(String name) {
        return target -> target.host().equals(name) || target.host().endsWith("." + name);
    }

    private static Optional<byte[]> address(String text) {
        return Optional.ofNullable(Inet.parseInetAddressToBytes(text));
    }

    /** @param host a name or an IP address, with or without brackets */
    boolean matches(String host, int port) {
        var bare = host.toLowerCase(Locale.ROOT).replaceAll("[\\[\\]]|\\.$", "");
        var target = new Target(bare, port);
        return rules.stream().anyMatch(rule -> rule.test(target));
    }
}
