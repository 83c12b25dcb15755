package io.xtokenkeeper.web;

import java.net.URI;

/** Where browsers reach this service: scheme, host and port, no slash at the end. */
public record Origin(String value) {
    /** The redirect URI's: X sends browsers there, so that is where they reach us. */
    public static Origin of(URI redirectUri) {
        return new Origin(redirectUri.getScheme() + "://" + redirectUri.getRawAuthority());
    }

    public boolean isSecure() {
        return value.startsWith("https:");
    }
}
