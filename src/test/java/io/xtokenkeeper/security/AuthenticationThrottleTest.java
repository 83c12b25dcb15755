package io.xtokenkeeper.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.xtokenkeeper.domain.Secret;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class AuthenticationThrottleTest {
    private static final int A_MINUTE = 30;
    private static final String HERE = "192.0.2.1";
    private static final Secret KEY = Secret.of("xtk_some-key");
    private static final Secret GOOD = Secret.of("xtk_good-key");

    private Instant now = Instant.parse("2026-11-24T12:00:00Z");
    private final AuthenticationThrottle wrongKeys =
            new AuthenticationThrottle(new AuthenticationThrottleSettings(A_MINUTE), () -> now);

    private void wrong(String address, int times) {
        for (var i = 0; i < times; i++) {
            wrongKeys.wasWrong(address);
        }
    }

    @Test
    void asManyAsAreAllowedAreLookedAtAndThenNone() {
        wrong(HERE, A_MINUTE - 1);
        assertThat(wrongKeys.pause(HERE, KEY)).isEmpty();
        wrong(HERE, 1);
        assertThat(wrongKeys.pause(HERE, KEY)).contains(Duration.ofSeconds(2));
    }

    @Test
    void timePutsTriesBackOneByOne() {
        wrong(HERE, A_MINUTE);
        now = now.plusSeconds(2);
        assertThat(wrongKeys.pause(HERE, KEY)).isEmpty();
        wrong(HERE, 1);
        assertThat(wrongKeys.pause(HERE, KEY)).isPresent();
        now = now.plusSeconds(60);
        wrong(HERE, A_MINUTE - 1);
        assertThat(wrongKeys.pause(HERE, KEY)).isEmpty();
    }

    @Test
    void manyAtTheSameTimeMakeNobodyWaitForLong() {
        wrong(HERE, 10 * A_MINUTE);
        assertThat(wrongKeys.pause(HERE, KEY)).contains(Duration.ofSeconds(2));
    }

    @Test
    void aClockThatStepsBackLocksNobodyOut() {
        wrong(HERE, A_MINUTE);
        now = now.minusSeconds(3_600);
        wrong(HERE, 1);
        assertThat(wrongKeys.pause(HERE, KEY))
                .hasValueSatisfying(pause -> assertThat(pause).isLessThanOrEqualTo(Duration.ofSeconds(4)));
    }

    @Test
    void otherAddressesAreNotTouched() {
        wrong(HERE, A_MINUTE);
        assertThat(wrongKeys.pause("192.0.2.2", KEY)).isEmpty();
    }

    @Test
    void oneHoldersIpv6AddressesShareABucket() {
        wrong("2001:db8:1:2:3:4:5:6", A_MINUTE);
        assertThat(wrongKeys.pause("2001:db8:1:2::1", KEY)).isPresent();
        assertThat(wrongKeys.pause("2001:db8:1:3::1", KEY)).isEmpty();
    }

    @Test
    void aKeyThatWasGoodFromThereIsStillLookedAt() {
        wrongKeys.wasGood(HERE, GOOD);
        wrong(HERE, A_MINUTE);

        assertThat(wrongKeys.pause(HERE, GOOD)).isEmpty();
        assertThat(wrongKeys.pause(HERE, KEY)).isPresent();
    }
}
