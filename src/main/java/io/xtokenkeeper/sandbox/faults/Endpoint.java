package io.xtokenkeeper.sandbox.faults;

import java.util.Locale;

/** The endpoints for which calls are counted and faults can be configured. */
public enum Endpoint {
    /** {@code GET} and {@code POST /i/oauth2/authorize}; counted, without faults. */
    AUTHORIZE,
    /** {@code POST /2/oauth2/token} with an authorization code. */
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

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
