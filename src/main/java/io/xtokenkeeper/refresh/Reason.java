package io.xtokenkeeper.refresh;

/** Machine-readable error codes, which callers receive in {@code last_error.reason}. */
enum Reason {
    X_BUSY,
    NO_ANSWER,
    APP_REFUSED,
    /** X rejects the app for this grant alone: probably the grant of another app. */
    GRANT_REJECTED,
    /** X issued a refresh token without a usable access token. */
    NO_ACCESS_TOKEN,
    /** A server between this service and X responded. */
    NOT_FROM_X,
    X_REFUSED_REQUEST
}
