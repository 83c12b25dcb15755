package io.xtokenkeeper.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAddressResolverTest {
    private static final ClientAddressResolver PROXIES =
            ClientAddressResolver.of("10.0.0.0/8, 192.0.2.7,2001:db8::/32");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            203.0.113.9                      | 203.0.113.9
            6.6.6.6, 203.0.113.9             | 203.0.113.9
            6.6.6.6, 203.0.113.9, 10.1.1.1   | 203.0.113.9
            203.0.113.9, 192.0.2.7, 10.2.3.4 | 203.0.113.9
            203.0.113.9, 192.0.2.8           | 192.0.2.8
            2001:db8:5::1                    | 2001:db8:5::1
            ::ffff:203.0.113.9               | 203.0.113.9
            203.0.113.9, ::ffff:10.1.1.1     | 203.0.113.9
            203.0.113.9:41234                | 203.0.113.9
            203.0.113.9, 10.1.1.1:80         | 203.0.113.9
            [2001:db9::7]:41234              | 2001:db9::7
            2001:0DB9:0:0::7                 | 2001:db9::7
            ::ffff:1                         | ::ffff:1
            nonsense                         | 10.9.9.9
            203.0.113.9, <script>            | 10.9.9.9
            203.0.113.9,                     | 203.0.113.9
            """)
    void theNearestStrangerIsTheClientAndWhatStandsLeftOfItIsItsOwnWord(String header, String client) {
        assertThat(PROXIES.behind("10.9.9.9", List.of(header))).isEqualTo(client);
    }

    @Test
    void linesAreReadAsOne() {
        assertThat(PROXIES.behind("10.9.9.9", List.of("6.6.6.6", "203.0.113.9")))
                .isEqualTo("203.0.113.9");
        assertThat(PROXIES.behind("10.9.9.9", List.of())).isEqualTo("10.9.9.9");
    }

    @ParameterizedTest
    @ValueSource(strings = {"proxy.example", "10.0.0.0/33", "10.0.0.0/0", "10.0.0.0/", "10.0.0.0/x", "*", "::/129"})
    void whatIsNoAddressAndNoNetworkIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClientAddressResolver.of(text))
                .withMessageContaining(text);
    }

    @Test
    void noneIsTrustedUnlessNamed() {
        assertThat(ClientAddressResolver.of("").networks()).isEmpty();
    }
}
