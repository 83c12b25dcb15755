package io.xtokenkeeper.sandbox;

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

    boolean confidential() {
        return !secret.isEmpty();
    }

    boolean accepts(String redirectUri) {
        return redirectUris.isEmpty() || redirectUris.contains(redirectUri);
    }
}
