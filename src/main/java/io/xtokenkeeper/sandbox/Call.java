package io.xtokenkeeper.sandbox;

import java.util.Optional;

/**
 * A call as the endpoints receive it.
 *
 * @param form empty unless the body was {@code application/x-www-form-urlencoded}
 * @param host the host name that the caller used, without the port
 * @param authorization the header, empty text if there was none
 */
record Call(String path, Parameters query, Parameters form, String body, String host, String authorization) {
    private static final String BEARER = "Bearer ";

    Optional<String> bearer() {
        return authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? Optional.of(authorization.substring(BEARER.length()).trim())
                : Optional.empty();
    }
}
