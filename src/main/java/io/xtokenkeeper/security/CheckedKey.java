package io.xtokenkeeper.security;

import java.time.Duration;

/** What a key that somebody sent is worth. */
sealed interface CheckedKey {
    record Operators() implements CheckedKey {}

    record Good(ApiKey key) implements CheckedKey {}

    record Wrong() implements CheckedKey {}

    /** Not looked at: too many wrong ones came from the same address. */
    record NotNow(Duration pause) implements CheckedKey {}
}
