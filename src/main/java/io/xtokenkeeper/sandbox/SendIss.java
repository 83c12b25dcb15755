package io.xtokenkeeper.sandbox;

/** Does the redirect back to the app carry RFC 9207's {@code iss}? X does not advertise it. */
public enum SendIss {
    NONE,
    RIGHT,
    WRONG
}
