package io.xtokenkeeper.egress;

import io.xtokenkeeper.domain.Secret;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The HTTP proxy for outgoing requests: {@code CONNECT} for https, requests with absolute URLs for http (RFC 9110 §9.3.6,
 * §7.1). User and password are sent with the first request, with Basic authentication.
 */
public record EgressProxy(String host, int port, Optional<Credentials> credentials) {
    private static final Pattern FORM = Pattern.compile(
            "http://(?:(?<user>.*)@)?(?<host>\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+):(?<port>[0-9]{1,5})/?");

    private static final int MAX_PORT = 65_535;

    /** @param password empty if there is none */
    public record Credentials(String user, Optional<Secret> password) {
        String revealed() {
            return password.map(Secret::reveal).orElse("");
        }
    }

    /**
     * @param text {@code http://user:password@host:port}; special characters in user and password are percent-encoded
     * @throws IllegalArgumentException whose message quotes nothing of the text, which contains the password
     */
    public static EgressProxy of(String text) {
        var parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "is no proxy: give it as http://user:password@host:port; the connection to the"
                            + " proxy itself is plain http, what is sent through it stays encrypted");
        }
        var port = Integer.parseInt(parts.group("port"));
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException("has no such port");
        }
        var host = parts.group("host").replaceAll("[\\[\\]]", "");
        return new EgressProxy(
                host, port, Optional.ofNullable(parts.group("user")).map(EgressProxy::credentials));
    }

    private static Credentials credentials(String text) {
        var colon = text.indexOf(':');
        var user = colon < 0 ? text : text.substring(0, colon);
        var password = colon < 0 ? "" : text.substring(colon + 1);
        return new Credentials(
                decoded(user), password.isEmpty() ? Optional.empty() : Optional.of(Secret.of(decoded(password))));
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            // without the cause, whose message quotes the text
            throw new IllegalArgumentException(
                    "has a percent sign that encodes nothing: write %25 for one in the password");
        }
    }
}
