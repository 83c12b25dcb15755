package io.xtokenkeeper.devmode;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigValue;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dev mode is active in two profiles only. */
class DevConfigTest {
    @ParameterizedTest
    @ValueSource(strings = {"prod", "staging", ""})
    void anyOtherProfileIsLeftAlone(String profile) {
        assertThat(new DevConfig().getConfigSources(context(profile, Map.of()))).isEmpty();
    }

    @Test
    void noSandboxBesideAnAppThatIsConfigured() {
        var sources = new DevConfig().getConfigSources(context("test", Map.of("CLIENT_ID", "mine")));
        assertThat(sources)
                .singleElement()
                .satisfies(source -> assertThat(source.getPropertyNames())
                        .contains("keeper.master-key", "keeper.admin-key")
                        .doesNotContain("CLIENT_ID", "keeper.x.api-url"));
    }

    private static ConfigSourceContext context(String profile, Map<String, String> values) {
        return new ConfigSourceContext() {
            @Override
            public ConfigValue getValue(String name) {
                return ConfigValue.builder()
                        .withName(name)
                        .withValue(values.get(name))
                        .build();
            }

            @Override
            public List<String> getProfiles() {
                return List.of(profile);
            }

            @Override
            public Iterator<String> iterateNames() {
                return values.keySet().iterator();
            }
        };
    }
}
