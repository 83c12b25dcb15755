package io.xtokenkeeper.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xtokenkeeper.sandbox.faults.Endpoint;
import io.xtokenkeeper.sandbox.faults.Fault;
import io.xtokenkeeper.testkit.Api;
import io.xtokenkeeper.testkit.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The metrics that the service publishes, and the dashboard and alerts that use them. */
class MetricsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Pattern METRIC = Pattern.compile("\\bkeeper_[a-z_]+");

    @RegisterExtension
    final TestCluster cluster = new TestCluster();

    @Test
    void healthMetricsAndEventsTellTheTruthWhenXRefusesTheApp() throws IOException {
        var x = cluster.x();
        var api = cluster.start().api();
        assertThat(health(api))
                .contains(
                        "\"state\": \"going\"",
                        "\"journal_entries\": 0",
                        x.url().toString());

        x.update(switches -> switches.withFault(Endpoint.REFRESH, Fault.WRONG_SECRET));
        api.importDue(x.seed(3));

        await("the app is refused").atMost(PATIENCE).until(() -> health(api).contains("app refused by X"));
        assertThat(api.get("/q/health/ready").status()).isEqualTo(200);
        await("it is recorded")
                .atMost(PATIENCE)
                .until(() -> api.get("/api/v1/events").http().body().contains("app.misconfigured"));
        await("three are due").atMost(PATIENCE).until(() -> metrics(api).contains("keeper_accounts_due 3.0"));
        assertThat(metrics(api))
                .contains("keeper_brake 2.0", "keeper_journal_entries 0.0", "keeper_oldest_overdue_seconds")
                .contains("keeper_refresh_total{outcome=\"app\"}");
        assertThat(namesIn("docs/observability/dashboard.json", "docs/observability/alerts.yml"))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(metrics(api)).contains("\n" + name));
        assertThat(api.get("/api/v1/accounts?status=ACTIVE").json().path("accounts"))
                .hasSize(3);
    }

    @Test
    void theApiIsDescribedAsItIs() {
        var api = cluster.start().api();
        var described = api.get("/q/openapi?format=json").json();

        assertThat(described.path("info").path("title").asText()).isEqualTo("x-token-keeper");
        assertThat(described.path("components").path("securitySchemes").findValuesAsText("scheme"))
                .containsExactly("bearer");
        for (var operation : List.of("/api/v1/accounts", "/api/v1/accounts/{id}/token", "/api/v1/keys")) {
            assertThat(described.path("paths").path(operation).path("get").path("security"))
                    .as(operation)
                    .isNotEmpty();
        }
        assertThat(api.get("/q/swagger-ui/").status()).isEqualTo(200);
    }

    /** The metrics that the dashboard and the alerts use. */
    private static Set<String> namesIn(String... files) throws IOException {
        var names = new TreeSet<String>();
        for (var file : files) {
            METRIC.matcher(Files.readString(Path.of(file))).results().forEach(found -> names.add(found.group()));
        }
        return names;
    }

    private static String health(Api api) {
        return api.get("/q/health/ready").http().body();
    }

    private static String metrics(Api api) {
        return api.get("/q/metrics").http().body();
    }
}
