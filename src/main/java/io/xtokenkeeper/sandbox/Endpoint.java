package io.xtokenkeeper.sandbox;

import java.util.Locale;

/** What a call is counted under, and where a fault can be switched on. */
public enum Endpoint {
    /** {@code GET} and {@code POST /i/oauth2/authorize}; counted, never faulty. */
    AUTHORIZE,
    /** {@code POST /2/oauth2/token} with a code. */
    CODE,
    /** {@code POST /2/oauth2/token} with a refresh token. */
    REFRESH,
    /** {@code POST /2/oauth2/token} with neither. */
    TOKEN,
    /** {@code POST /2/oauth2/revoke}. */
    REVOKE,
    /** {@code GET /2/users/me}. */
    ME,
    /** Every other {@code /2} call. */
    API;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
