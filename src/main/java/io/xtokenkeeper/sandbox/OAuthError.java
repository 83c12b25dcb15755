package io.xtokenkeeper.sandbox;

import java.util.Locale;

/** The errors of X's token endpoint, with X's exact texts as far as they are known. */
enum OAuthError {
    CODE_INVALID(400, "invalid_request", "Value passed for the authorization code was invalid."),
    VERIFIER_MISMATCH(400, "invalid_request", "Value passed for the code verifier did not match the code challenge."),
    REDIRECT_MISMATCH(
            400,
            "invalid_request",
            "Value passed for the redirect uri did not match the uri of the authorization code."),
    TOKEN_INVALID(400, "invalid_request", "Value passed for the token was invalid."),
    GRANT_TYPE_INVALID(
            400,
            "invalid_request",
            "Value passed for the grant type was invalid. Grant type should be one of [authorization_code, refresh_token]."),
    NO_AUTHORIZATION(401, "unauthorized_client", "Missing valid authorization header"),
    CLIENT_INVALID(400, "invalid_client", "Value passed for the client id was invalid."),
    /** The description is ours: X's is not known. */
    INVALID_GRANT(400, "invalid_grant", "The grant is invalid, expired or revoked."),
    /** The description is ours: X's is not known. */
    SCOPE_BEYOND_GRANT(400, "invalid_scope", "Value passed for the scope was beyond the scope of the grant."),
    /** The description is ours: X's is not known. */
    REPEATED_PARAMETER(400, "invalid_request", "A parameter was passed more than once."),
    /** The description is ours: X's is not known. */
    RATE_LIMITED(429, "rate_limited", "Too many requests."),
    /** The description is ours: X's is not known. */
    UNAVAILABLE(503, "temporarily_unavailable", "Retry with backoff."),
    /** The description is ours: X's is not known. */
    SERVER_ERROR(500, "server_error", "Internal server error."),
    /** The description is ours: X's is not known. */
    BAD_GATEWAY(502, "server_error", "Bad gateway.");

    private final int status;
    private final String body;

    OAuthError(int status, String error, String description) {
        this.status = status;
        this.body = body(error, description);
    }

    Answer answer() {
        return Answer.json(status, body);
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Outcome missing(String parameter) {
        return Outcome.refused(
                "missing_" + parameter,
                Answer.json(400, body("invalid_request", "Missing required parameter [" + parameter + "].")));
    }

    private static String body(String error, String description) {
        return "{\"error\":\"" + error + "\",\"error_description\":\"" + description + "\"}";
    }
}
