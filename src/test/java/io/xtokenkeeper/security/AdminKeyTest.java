package io.xtokenkeeper.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.xtokenkeeper.domain.Secret;
import org.junit.jupiter.api.Test;

class AdminKeyTest {
    private static final String KEY = "an-operator-key-of-forty-characters-0001";

    @Test
    void matchesTheSameKeyAlone() {
        var key = AdminKey.of(Secret.of("  " + KEY + "\n"));
        assertThat(key.matches(Secret.of(KEY))).isTrue();
        assertThat(key.matches(Secret.of(KEY + "x"))).isFalse();
        assertThat(key.matches(Secret.of(KEY.substring(1)))).isFalse();
    }

    @Test
    void hasAtLeast32Characters() {
        var short31 = KEY.substring(0, 31);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AdminKey.of(Secret.of(short31 + " \n")))
                .withMessage("has 31 characters, it must have at least 32");
        assertThat(AdminKey.of(Secret.of(KEY.substring(0, 32)))).isNotNull();
    }
}
