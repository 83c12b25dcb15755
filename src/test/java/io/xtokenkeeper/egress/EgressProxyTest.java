package io.xtokenkeeper.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EgressProxyTest {
    @Test
    void hostAndPortAreEnough() {
        assertThat(EgressProxy.of("http://proxy.example:3128").credentials()).isEmpty();
        assertThat(EgressProxy.of("http://proxy.example:3128/").port()).isEqualTo(3128);
        assertThat(EgressProxy.of("http://[::1]:3128").host()).isEqualTo("::1");
    }

    @Test
    void userAndPasswordAreDecodedAndNothingElseIsMadeOfThem() {
        var known = EgressProxy.of("http://us%65r:p$$%40a+b:%2F@proxy.example:3128")
                .credentials()
                .orElseThrow();
        assertThat(known.user()).isEqualTo("user");
        assertThat(known.revealed()).isEqualTo("p$$@a+b:/");
        assertThat(EgressProxy.of("http://user@proxy.example:3128")
                        .credentials()
                        .orElseThrow()
                        .revealed())
                .isEmpty();
        // characters that should have been encoded are accepted if the text is unambiguous
        assertThat(EgressProxy.of("http://user:a@b/c@proxy.example:3128")
                        .credentials()
                        .orElseThrow()
                        .revealed())
                .isEqualTo("a@b/c");
    }

    @Test
    void aPasswordIsNotPrinted() {
        assertThat(EgressProxy.of("http://user:hush-hush@proxy.example:3128").toString())
                .contains("proxy.example")
                .doesNotContain("hush-hush");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://user:hush-hush@proxy.example",
                "https://user:hush-hush@proxy.example:3128",
                "socks5://user:hush-hush@proxy.example:1080",
                "user:hush-hush@proxy.example:3128",
                "http://user:hush-hush@proxy.example:0",
                "http://user:hush-hush@proxy.example:65536",
                "http://user:hush-hush%zz@proxy.example:3128",
                "http://user:hush-hush@proxy.example:3128/path"
            })
    void anythingElseIsRefusedInWordsThatQuoteNothing(String text) {
        assertThatThrownBy(() -> EgressProxy.of(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("hush")
                .hasNoCause();
    }
}
