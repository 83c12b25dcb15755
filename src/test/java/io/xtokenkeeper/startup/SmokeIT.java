package io.xtokenkeeper.startup;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager.TestInjector.MatchesType;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusIntegrationTest;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import io.xtokenkeeper.sandbox.Sandbox;
import io.xtokenkeeper.sandbox.SandboxOptions;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.TestPostgres;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The built artifact, archive or native binary, started by Quarkus itself. */
@QuarkusIntegrationTest
@WithTestResource(SmokeIT.DatabaseAndSandbox.class)
class SmokeIT {
    private static final String ACCOUNT = "/api/v1/accounts/2244994945";

    /** Injected by {@link DatabaseAndSandbox}. */
    Sandbox x;

    /** The configuration is passed to the service as system properties. */
    public static class DatabaseAndSandbox implements QuarkusTestResourceLifecycleManager {
        private TestPostgres database;
        private Sandbox x;

        @Override
        public Map<String, String> start() {
            database = TestPostgres.begin();
            x = Sandbox.start(SandboxOptions.defaults().withPort(0));
            return Map.of(
                    "CLIENT_ID",
                    SandboxOptions.CLIENT_ID,
                    "CLIENT_SECRET",
                    SandboxOptions.CLIENT_SECRET,
                    "keeper.x.api-url",
                    x.url().toString(),
                    "keeper.x.authorize-url",
                    x.authorizeUrl().toString(),
                    "keeper.master-key",
                    KeeperProcess.MASTER_KEY,
                    "keeper.admin-key",
                    KeeperProcess.ADMIN_KEY,
                    "keeper.journal",
                    database.beside("journal").toString(),
                    "quarkus.datasource.jdbc.url",
                    database.url(),
                    "quarkus.datasource.username",
                    "postgres",
                    "quarkus.datasource.password",
                    "postgres");
        }

        @Override
        public void inject(TestInjector test) {
            test.injectIntoFields(x, new MatchesType(Sandbox.class));
        }

        /**
         * Database and simulator end with the JVM: Quarkus calls this method before it stops the service, which would log
         * that its database is unavailable.
         */
        @Override
        public void stop() {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                x.close();
                database.close();
            }));
        }
    }

    private static RequestSpecification admin() {
        return given().auth().oauth2(KeeperProcess.ADMIN_KEY);
    }

    @Test
    void itIsHealthy() {
        await("health is UP")
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> get("/q/health").then().statusCode(200).body("status", equalTo("UP")));
    }

    @Test
    void theApiIsDescribed() {
        get("/q/openapi").then().statusCode(200).body(containsString("/api/v1/accounts/{id}/token"));
    }

    @Test
    void aCallWithoutAKeyIsAProblem() {
        get("/api/v1/accounts").then().statusCode(401).contentType("application/problem+json");
    }

    @Test
    void anImportedGrantIsRefreshedHandedOutAndDisconnected() {
        var grant = x.issueGrant("2244994945");
        admin().contentType(ContentType.JSON)
                .body(List.of(Map.of("x_user_id", grant.userId(), "refresh_token", grant.refreshToken())))
                .post("/api/v1/accounts/import")
                .then()
                .statusCode(200)
                .body(containsString("\"imported\""));

        var token =
                admin().get(ACCOUNT + "/token").then().statusCode(200).extract().<String>path("access_token");

        assertThat(x.ledger().isLive(token)).isTrue();
        admin().delete(ACCOUNT).then().statusCode(204);
    }
}
