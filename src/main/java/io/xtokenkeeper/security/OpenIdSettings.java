package io.xtokenkeeper.security;

import java.util.Optional;

/** @param provider empty where operators sign in with keys alone */
public record OpenIdSettings(Optional<OpenIdProvider> provider) {
    /** The page for what came back from the provider and does not hold. */
    public static final String REFUSED = "/sign-in/refused";

    /** The page for a provider that does not answer. */
    public static final String AWAY = "/sign-in/away";

    public boolean isOn() {
        return provider.isPresent();
    }
}
