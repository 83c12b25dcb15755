package io.xtokenkeeper.egress;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NoProxyTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    *                       | api.x.com          | 443
                    x.com                   | api.x.com          | 443
                    x.com                   | X.COM.             | 443
                    .x.com                  | api.x.com          | 443
                    *.x.com                 | api.x.com          | 443
                    API.X.COM               | api.x.com          | 443
                    a.example, x.com        | api.x.com          | 443
                    a.example x.com         | api.x.com          | 443
                    x.com:443               | api.x.com          | 443
                    10.0.0.0/8              | 10.9.8.7           | 80
                    127.0.0.1               | 127.0.0.1          | 80
                    127.0.0.1:8080          | 127.0.0.1          | 8080
                    fd00::/8                | [fd12::1]          | 80
                    ::1                     | [::1]              | 80
                    [::1]:8080              | ::1                | 8080
                    localhost               | localhost          | 80
                    """)
    void matches(String text, String host, int port) {
        assertThat(NoProxy.of(text).matches(host, port)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ''                      | api.x.com          | 443
                    x.com                   | notx.com           | 443
                    x.com                   | x.com.example      | 443
                    api.x.com               | x.com              | 443
                    x.com:8443              | api.x.com          | 443
                    10.0.0.0/8              | 11.0.0.1           | 80
                    10.0.0.0/8              | ten.example        | 80
                    127.0.0.1:8080          | 127.0.0.1          | 80
                    1.2.3.4                 | 1.2.3.40           | 80
                    """)
    void doesNotMatch(String text, String host, int port) {
        assertThat(NoProxy.of(text).matches(host, port)).isFalse();
    }

    @Test
    void whatItCannotReadMatchesNothingAndIsNamed() {
        var read = NoProxy.of("10.0.0.0/99,http://x.com,x.com");
        assertThat(read.unreadable()).containsExactly("10.0.0.0/99", "http://x.com");
        assertThat(read.matches("api.x.com", 443)).isTrue();
        assertThat(read.matches("10.0.0.1", 443)).isFalse();
    }
}
