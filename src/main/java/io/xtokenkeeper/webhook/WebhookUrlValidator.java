package io.xtokenkeeper.webhook;

import io.xtokenkeeper.egress.Egress;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Decides whether a message may be sent to a URL, to prevent server-side request forgery against the network of this
 * service. Called when a webhook is created and again for each attempt, since DNS records change.
 */
@Singleton
public class WebhookUrlValidator {
    private static final int LONGEST = 2_048;
    private static final int LAST_PORT = 65_535;
    /** Host names whose last label is not a number, which excludes every legacy spelling of an IPv4 address. */
    private static final Pattern NAME = Pattern.compile("([a-z0-9_-]{1,63}\\.)*[a-z][a-z0-9-]{0,62}\\.?");

    private static final Pattern IPV4 = Pattern.compile("((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\\.(?!$)|$)){4}");
    private static final Pattern IPV6 = Pattern.compile("\\[[0-9a-f:.]{2,45}]");

    private final boolean allowPrivate;
    private final Egress egress;
    private final Resolver resolver;

    /** Resolves the addresses of a host name; returns at least one. */
    @FunctionalInterface
    interface Resolver {
        List<InetAddress> resolve(String host) throws UnknownHostException;
    }

    @Inject
    WebhookUrlValidator(WebhookSettings settings, Egress egress) {
        this(settings, egress, host -> List.of(InetAddress.getAllByName(host)));
    }

    WebhookUrlValidator(WebhookSettings settings, Egress egress, Resolver resolver) {
        this.allowPrivate = settings.allowPrivate();
        this.egress = egress;
        this.resolver = resolver;
    }

    /** Validates a URL. Resolves its host, which may take seconds. */
    public Destination check(String text) {
        URI url;
        try {
            url = URI.create(text);
        } catch (IllegalArgumentException e) {
            return new Destination.Refused("it is no URL");
        }
        return text.length() > LONGEST ? new Destination.Refused("it is longer than " + LONGEST) : check(url);
    }

    private Destination check(URI url) {
        if (!"https".equalsIgnoreCase(url.getScheme()) && !(allowPrivate && "http".equalsIgnoreCase(url.getScheme()))) {
            return new Destination.Refused("it must begin with https://");
        }
        if (url.getRawUserInfo() != null || url.getRawFragment() != null) {
            return new Destination.Refused("it must have neither a user nor a fragment");
        }
        var host = url.getHost() == null ? "" : url.getHost().toLowerCase(Locale.ROOT);
        if (!(NAME.matcher(host).matches()
                || IPV4.matcher(host).matches()
                || IPV6.matcher(host).matches())) {
            return new Destination.Refused("its host is no name, no dotted IPv4 and no IPv6 address");
        }
        return url.getPort() == 0 || url.getPort() > LAST_PORT
                ? new Destination.Refused("it has no such port")
                : resolve(url, host);
    }

    private Destination resolve(URI url, String host) {
        try {
            var addresses = resolver.resolve(host);
            if (!addresses.stream().allMatch(this::allows)) {
                return new Destination.Refused("its host has an address that webhooks may not go to");
            }
            return byProxy(url).orElseGet(() -> new Destination.Allowed(url, addresses.getFirst()));
        } catch (UnknownHostException e) {
            // behind a proxy, hosts often cannot resolve names of the internet
            return byProxy(url).orElseGet(() -> new Destination.Refused("its host is not known"));
        }
    }

    /**
     * The proxy receives the host name, since many proxies allow requests by name: it resolves the name itself, and its
     * rules apply to the result. A name that resolves here to an address that is not allowed is rejected before.
     */
    private Optional<Destination> byProxy(URI url) {
        return egress.proxyFor(url).map(proxy -> new Destination.ByProxy(url, proxy));
    }

    private boolean allows(InetAddress address) {
        return IpAddressClassifier.isPublic(address) || (allowPrivate && IpAddressClassifier.isPrivate(address));
    }
}
