package io.xtokenkeeper.security;

import java.time.Duration;

/** What a key that somebody sent is worth. */
sealed interface KeyCheck {
    record Operators() implements KeyCheck {}

    record Good(ApiKey key) implements KeyCheck {}

    record Wrong() implements KeyCheck {}

    /** Not looked at: too many wrong ones came from the same address. */
    record NotNow(Duration pause) implements KeyCheck {}
}
