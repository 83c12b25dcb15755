package io.xtokenkeeper.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.jboss.resteasy.reactive.server.SimpleResourceInfo;
import org.junit.jupiter.api.Test;

class ProblemMappersTest {
    private static final SimpleResourceInfo FOUND = new SimpleResourceInfo() {
        @Override
        public Class<?> getResourceClass() {
            return ProblemTypesResource.class;
        }

        @Override
        public String getMethodName() {
            return "list";
        }

        @Override
        public Class<?>[] parameterTypes() {
            return new Class<?>[0];
        }
    };

    @Test
    void theLogNamesTheMethodInsteadOfThePath() {
        assertThat(ProblemMappers.nameForLog(FOUND)).isEqualTo("ProblemTypesResource.list");
        assertThat(ProblemMappers.nameForLog(SimpleResourceInfo.NullValues.INSTANCE))
                .isEqualTo("A request");
    }
}
