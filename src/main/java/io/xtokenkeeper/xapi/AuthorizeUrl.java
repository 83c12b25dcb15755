package io.xtokenkeeper.xapi;

import io.xtokenkeeper.domain.CodeVerifier;
import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.domain.Secret;
import java.net.URI;

/** Where the browser is sent to ask for consent (RFC 6749 §4.1.1, RFC 7636 §4.3). Always S256. */
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

    /** X has been seen to refuse a scope list joined by {@code +}. */
    private static String encode(String text) {
        return ClientRegistration.form(text).replace("+", "%20");
    }
}
