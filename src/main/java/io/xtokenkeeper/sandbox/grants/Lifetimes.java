package io.xtokenkeeper.sandbox.grants;

import java.time.Duration;

/** The lives of access tokens, refresh tokens and authorization codes, in whole seconds. */
public record Lifetimes(Duration access, Duration refresh, Duration code) {
    /** Two hours, about six months, thirty seconds: the lives that X documents. */
    public static Lifetimes documented() {
        return new Lifetimes(Duration.ofHours(2), Duration.ofDays(182), Duration.ofSeconds(30));
    }
}
