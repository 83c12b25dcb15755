package io.xtokenkeeper.xapi;

import io.xtokenkeeper.domain.CodeVerifier;
import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.domain.Secret;
import java.net.URI;

/**
 * Builds the URL of X's consent page, to which the browser is redirected (RFC 6749 §4.1.1). The PKCE method is always S256
 * (RFC 7636 §4.3).
 */
public record AuthorizeUrl(XEndpoints hosts, ClientRegistration app) {
    public URI with(Secret state, CodeVerifier verifier, Scopes scopes) {
        return URI.create(hosts.authorize()
                + "?response_type=code&client_id=" + encode(app.clientId())
                + "&redirect_uri=" + encode(app.redirectUri().toString())
                + "&scope=" + encode(scopes.toString())
                + "&state=" + encode(state.reveal())
                + "&code_challenge=" + verifier.challenge()
                + "&code_challenge_method=S256");
    }

    /** Encodes a space as {@code %20}: X has been seen to reject a scope list joined by {@code +}. */
    private static String encode(String text) {
        return ClientRegistration.form(text).replace("+", "%20");
    }
}
