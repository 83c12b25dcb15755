package io.xtokenkeeper.sandbox.grants;

import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The content of a token.
 *
 * @param grant number of the grant; for an authorization code, its own number
 * @param generation how many tokens of this kind the grant had before
 */
public record TokenClaims(Kind kind, int grant, int generation, long issuedAtMillis, int lifeSeconds) {
    public enum Kind {
        CODE("ac"),
        ACCESS("at"),
        REFRESH("rt");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        static Optional<Kind> of(String word) {
            return Stream.of(values()).filter(kind -> kind.word.equals(word)).findFirst();
        }

        String word() {
            return word;
        }
    }

    Instant expiry() {
        return Instant.ofEpochMilli(issuedAtMillis).plusSeconds(lifeSeconds);
    }

    public boolean expired(long nowMillis) {
        return nowMillis >= issuedAtMillis + lifeSeconds * 1000L;
    }

    /** A started second counts as a whole one, so that a token just issued has its whole life. */
    public long secondsLeft(long nowMillis) {
        return Math.max(0, Math.ceilDiv(issuedAtMillis + lifeSeconds * 1000L - nowMillis, 1000));
    }
}
