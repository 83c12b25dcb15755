package io.xtokenkeeper.sandbox;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a token says about itself.
 *
 * @param grant number of the grant, or of the consent for a code
 * @param generation how many tokens of this kind the grant had before
 */
record TokenClaims(Kind kind, int grant, int generation, long issuedAtMillis, int lifeSeconds) {
    enum Kind {
        CODE("ac", 1),
        ACCESS("at", 2),
        REFRESH("rt", 3);

        private final String word;
        private final int bits;

        Kind(String word, int bits) {
            this.word = word;
            this.bits = bits;
        }

        /** Two bits that stand for it in a token. */
        int bits() {
            return bits;
        }

        static Optional<Kind> of(int bits) {
            return Stream.of(values()).filter(kind -> kind.bits == bits).findFirst();
        }

        String word() {
            return word;
        }
    }

    boolean expired(long nowMillis) {
        return nowMillis >= issuedAtMillis + lifeSeconds * 1000L;
    }

    long secondsLeft(long nowMillis) {
        return Math.max(0, (issuedAtMillis + lifeSeconds * 1000L - nowMillis) / 1000);
    }
}
