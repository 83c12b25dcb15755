package io.xtokenkeeper.security;

import java.util.Optional;

/**
 * Whether and with which OpenID provider admins may sign in.
 *
 * @param provider empty if admins can sign in only with API keys
 */
public record OpenIdSettings(Optional<OpenIdProvider> provider) {
    /** The page for an invalid response of the provider. */
    public static final String REFUSED = "/sign-in/refused";

    /** The page for an unavailable provider. */
    public static final String AWAY = "/sign-in/away";

    public boolean isOn() {
        return provider.isPresent();
    }
}
