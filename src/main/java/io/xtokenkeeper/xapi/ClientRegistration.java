package io.xtokenkeeper.xapi;

import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.domain.Secret;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * Our app as registered at X (RFC 6749 §2).
 *
 * @param clientSecret empty for a public client
 * @param redirectUri exactly as registered
 */
public record ClientRegistration(String clientId, Optional<Secret> clientSecret, URI redirectUri, Scopes scopes) {
    /**
     * The Authorization header, HTTP Basic: RFC 6749 §2.3.1 requires id and secret to be form-encoded first. Empty for a
     * public client.
     */
    Optional<String> authorization() {
        return clientSecret.map(secret -> {
            var pair = form(clientId) + ":" + form(secret.reveal());
            return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
        });
    }

    static String form(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
