package io.xtokenkeeper.security;

import java.time.Duration;

/** The result of checking an API key. */
sealed interface KeyCheck {
    record Operators() implements KeyCheck {}

    record Good(KeyAccess key) implements KeyCheck {}

    record Wrong() implements KeyCheck {}

    /** Not checked: too many invalid keys came from the same address. */
    record Throttled(Duration pause) implements KeyCheck {}
}
