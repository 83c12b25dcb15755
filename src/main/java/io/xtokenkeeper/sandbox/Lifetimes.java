package io.xtokenkeeper.sandbox;

import java.time.Duration;

/** How long access tokens, refresh tokens and codes live, in whole seconds. */
public record Lifetimes(Duration access, Duration refresh, Duration code) {
    /** Two hours, about six months, thirty seconds: X's documented lives. */
    static Lifetimes documented() {
        return new Lifetimes(Duration.ofHours(2), Duration.ofDays(182), Duration.ofSeconds(30));
    }
}
