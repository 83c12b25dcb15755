package io.xtokenkeeper.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.xtokenkeeper.sandbox.Sandbox;
import io.xtokenkeeper.sandbox.SandboxOptions;
import io.xtokenkeeper.sandbox.faults.Endpoint;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.TestPostgres;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Moving all grants from one keeper to another, which has its own database and master key. */
class ExportImportIT {
    private static final String PASSPHRASE = "a passphrase for the way";
    private static final String OTHER_MASTER_KEY = "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=";

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void everyGrantMovesEncryptedAndWorksAtTheOtherKeeper() throws Exception {
        try (var x = Sandbox.start(SandboxOptions.defaults().withPort(0));
                var from = TestPostgres.migrated();
                var to = TestPostgres.migrated()) {
            byte[] file;
            try (var old = KeeperProcess.start(settings(from, x, KeeperProcess.MASTER_KEY))) {
                var api = old.api();
                api.importDue(x.seed(600));
                api.importDue(List.of(x.issueGrant("1"), x.issueGrant("2")));
                var token = api.token("1").text("access_token");
                x.revokeAtX("2");
                assertThat(api.refresh("2").status()).isEqualTo(409);

                assertThat(post(old.url(), "/api/v1/export", "application/json", "{\"passphrase\":\"short\"}")
                                .statusCode())
                        .isEqualTo(400);
                var exported = post(
                        old.url(), "/api/v1/export", "application/json", "{\"passphrase\":\"" + PASSPHRASE + "\"}");
                file = exported.body();

                assertThat(exported.statusCode()).isEqualTo(200);
                assertThat(exported.headers().firstValue("Cache-Control")).contains("no-store");
                assertThat(exported.headers().firstValue("Keeper-Warning"))
                        .hasValueSatisfying(warning -> assertThat(warning).contains("stop this one"));
                assertThat(exported.headers().firstValue("Content-Type")).hasValue("application/pgp-encrypted");
                assertThat(exported.headers().firstValue("Content-Disposition"))
                        .hasValue("attachment; filename=\"x-token-keeper.ndjson.gpg\"");
                assertThat(new String(file, StandardCharsets.ISO_8859_1))
                        .doesNotContain(token)
                        .doesNotContain("refresh_token");
                assertThat(api.get("/api/v1/events?limit=1000").http().body())
                        .contains("accounts.exported", "ended: 602 exported, 0 unreadable");
                assertThat(old.log()).doesNotContain(PASSPHRASE);
            }
            try (var keeper = KeeperProcess.start(settings(to, x, OTHER_MASTER_KEY))) {
                var refreshes = x.ledger().calls(Endpoint.REFRESH);
                assertRefused(importing(keeper, file, "not the passphrase"), 400, "does not decrypt the file");
                assertRefused(importing(keeper, file, ""), 400, "Import-Passphrase");
                var cut = Arrays.copyOf(file, file.length - 1);
                assertRefused(importing(keeper, cut, PASSPHRASE), 400, "cut off or changed");
                assertRefused(
                        importing(keeper, "{}".getBytes(StandardCharsets.UTF_8), PASSPHRASE), 400, "not an OpenPGP");
                var age = "age-encryption.org/v1\n".getBytes(StandardCharsets.UTF_8);
                assertRefused(importing(keeper, age, PASSPHRASE), 400, "age -d");
                assertRefused(importing(keeper, "application/age", age, PASSPHRASE), 415, "age -d");
                assertThat(keeper.api().get("/api/v1/accounts").http().body())
                        .as("of files that were refused")
                        .contains("\"accounts\":[]");

                var results = text(importing(keeper, file, PASSPHRASE)).lines().toList();

                assertThat(results).hasSize(602).allMatch(line -> line.matches(".*\"(imported|kept)\".*"));
                assertThat(x.ledger().calls(Endpoint.REFRESH))
                        .as("refreshes at X")
                        .isEqualTo(refreshes);
                var api = keeper.api();
                assertThat(api.token("1").status()).isEqualTo(200);
                assertThat(x.ledger().calls(Endpoint.REFRESH))
                        .as("its access token moved")
                        .isEqualTo(refreshes);
                assertThat(api.refresh("1").status()).isEqualTo(200);
                assertThat(api.token("1000000600").status()).isEqualTo(200);
                assertThat(api.account("2").json().path("status").asText()).isEqualTo("NEEDS_CONSENT");
                assertThat(x.ledger().doubleSpends()).isZero();
            }
        }
    }

    private static java.util.Map<String, String> settings(TestPostgres database, Sandbox x, String masterKey) {
        var settings = KeeperProcess.settings(database, x);
        settings.put("KEEPER_MASTER_KEY", masterKey);
        settings.put("KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER);
        return settings;
    }

    private static void assertRefused(HttpResponse<byte[]> response, int status, String why) {
        assertThat(response.statusCode()).as(why).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(text(response)).contains(why);
    }

    private HttpResponse<byte[]> importing(KeeperProcess keeper, byte[] file, String passphrase) throws Exception {
        return importing(keeper, "application/pgp-encrypted", file, passphrase);
    }

    private HttpResponse<byte[]> importing(KeeperProcess keeper, String type, byte[] file, String passphrase)
            throws Exception {
        return http.send(
                request(keeper.url(), "/api/v1/accounts/import", type)
                        .header("Import-Passphrase", passphrase)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(file))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    private HttpResponse<byte[]> post(URI keeper, String path, String type, String body) throws Exception {
        return http.send(
                request(keeper, path, type)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    private static HttpRequest.Builder request(URI keeper, String path, String type) {
        return HttpRequest.newBuilder(keeper.resolve(path))
                .header("Content-Type", type)
                .header("Authorization", "Bearer " + KeeperProcess.ADMIN_KEY);
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }
}
