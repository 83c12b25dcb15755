package io.xtokenkeeper.consent;

import io.xtokenkeeper.domain.AllowedOrigins;
import java.net.URI;

/**
 * Settings of the consent flow.
 *
 * @param open whether anyone may start a consent; if not, only admins and holders of consent links
 * @param origin at which browsers reach this service: scheme, host and port, without a trailing slash
 * @param returnOrigins other origins to which a browser may be redirected afterwards
 */
public record ConsentSettings(boolean open, String origin, AllowedOrigins returnOrigins) {
    /** Takes the origin from the redirect URI: X sends browsers there, so they reach this service at it. */
    public static ConsentSettings of(boolean open, URI redirectUri, AllowedOrigins returnOrigins) {
        return new ConsentSettings(
                open, redirectUri.getScheme() + "://" + redirectUri.getRawAuthority(), returnOrigins);
    }

    boolean secure() {
        return origin.startsWith("https:");
    }
}
