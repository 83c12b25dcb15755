package io.xtokenkeeper.sandbox.grants;

import java.util.List;

/**
 * An app registered at the simulator.
 *
 * @param secret empty for a public app
 * @param redirectUris compared exactly; empty accepts any
 */
public record ClientApp(String id, String secret, List<String> redirectUris) {
    public ClientApp {
        redirectUris = List.copyOf(redirectUris);
    }

    public boolean confidential() {
        return !secret.isEmpty();
    }

    public boolean accepts(String redirectUri) {
        return redirectUris.isEmpty() || redirectUris.contains(redirectUri);
    }
}
