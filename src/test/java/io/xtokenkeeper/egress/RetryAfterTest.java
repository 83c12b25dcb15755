package io.xtokenkeeper.egress;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {
    private static final Instant NOW = Instant.parse("2026-11-25T10:00:00Z");

    @Test
    void isReadInBothItsForms() {
        assertThat(RetryAfter.read("120", NOW)).contains(Duration.ofSeconds(120));
        assertThat(RetryAfter.read(" 120 ", NOW)).contains(Duration.ofSeconds(120));
        assertThat(RetryAfter.read("Wed, 25 Nov 2026 10:01:00 GMT", NOW)).contains(Duration.ofMinutes(1));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "soon", "-5", "1.5", "99999999999999999999", "Wed, 25 Nov 2026 09:59:00 GMT"})
    void isEmptyWhereItSaysNothing(String header) {
        assertThat(RetryAfter.read(header, NOW)).isEmpty();
    }
}
