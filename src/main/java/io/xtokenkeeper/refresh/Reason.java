package io.xtokenkeeper.refresh;

/** The fixed words for what went wrong, as callers see them in {@code last_error.reason}. */
enum Reason {
    X_BUSY,
    NO_ANSWER,
    APP_REFUSED,
    /** X rejects the app for this grant alone: another app's, probably. */
    GRANT_REJECTED,
    /** X gave a refresh token without an access token that can be used. */
    NO_ACCESS_TOKEN,
    /** A server between us and X answered. */
    NOT_FROM_X,
    X_REFUSED_REQUEST
}
