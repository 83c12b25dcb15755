package io.xtokenkeeper.refresh;

/** The fixed words for what went wrong, as callers see them in {@code last_error.reason}. */
enum Reason {
    X_BUSY,
    NO_ANSWER,
    APP_REFUSED,
    X_REFUSED_REQUEST
}
