package io.xtokenkeeper.consent;

import io.xtokenkeeper.domain.AllowedOrigins;
import java.net.URI;

/**
 * @param open may anybody start a consent, or only an operator and the holders of consent links
 * @param origin where browsers reach this service: scheme, host and port, no slash at the end
 * @param returnOrigins where else a browser may be sent afterwards
 */
public record ConsentSettings(boolean open, String origin, AllowedOrigins returnOrigins) {
    /** The origin is the redirect URI's: X sends browsers there, so that is where they reach us. */
    public static ConsentSettings of(boolean open, URI redirectUri, AllowedOrigins returnOrigins) {
        return new ConsentSettings(
                open, redirectUri.getScheme() + "://" + redirectUri.getRawAuthority(), returnOrigins);
    }

    boolean secure() {
        return origin.startsWith("https:");
    }
}
