package io.xtokenkeeper.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;

import io.xtokenkeeper.cli.CheckResult;
import io.xtokenkeeper.egress.ConnectFailure;
import io.xtokenkeeper.egress.Egress;
import io.xtokenkeeper.egress.EgressProxy;
import io.xtokenkeeper.egress.NoProxy;
import io.xtokenkeeper.testkit.ForwardProxy;
import java.net.URI;
import java.util.ArrayList;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenIdProviderCheckTest {
    @ParameterizedTest
    @ValueSource(strings = {"https://login.example", "http://login.example"})
    void aProxyThatRejectsTheCredentialsIsNotTakenForTheProvider(String issuer) {
        try (var proxy = new ForwardProxy()) {
            var results = new ArrayList<CheckResult>();
            new OpenIdProviderCheck(new Egress(
                            Optional.of(EgressProxy.of(proxy.settingWithWrongPassword())),
                            NoProxy.NONE,
                            Optional.empty()))
                    .examine(URI.create(issuer), results::add);

            assertThat(results)
                    .singleElement()
                    .satisfies(result -> assertThat(result.toString())
                            .contains(ConnectFailure.PROXY_CREDENTIALS.words())
                            .doesNotContain("wrong-word"));
        }
    }
}
