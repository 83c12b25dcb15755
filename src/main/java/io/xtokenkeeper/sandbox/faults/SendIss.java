package io.xtokenkeeper.sandbox.faults;

/** Whether the redirect back to the app carries RFC 9207's {@code iss}. X does not advertise it. */
public enum SendIss {
    NONE,
    RIGHT,
    WRONG
}
