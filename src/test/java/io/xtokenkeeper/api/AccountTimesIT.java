package io.xtokenkeeper.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.xtokenkeeper.sandbox.Sandbox;
import io.xtokenkeeper.testkit.Api;
import io.xtokenkeeper.testkit.HttpBrowser;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.TestCluster;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The times in the answers of {@code GET /accounts} and {@code GET /accounts/{id}} follow from when X issued the token pair,
 * in eager mode. The scheduler does not run, so only what a test requests is refreshed.
 */
class AccountTimesIT {
    private static final Duration ACCESS_TOKEN = Duration.ofHours(2);
    private static final Duration REFRESH_TOKEN = Duration.ofDays(180);
    private static final Duration AHEAD = Duration.ofMinutes(15);
    /** Up to a third of the time ahead. */
    private static final Duration JITTER = Duration.ofMinutes(5);
    /** X counts the lifetime in whole seconds, from its own clock. */
    private static final Duration ROUNDING = Duration.ofSeconds(2);

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    private static Sandbox x;
    private static KeeperProcess keeper;
    private static Api api;

    @BeforeAll
    static void begin() {
        x = CLUSTER.x();
        keeper = CLUSTER.start("KEEPER_CONSENT_OPEN", "true", "KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER);
        api = keeper.api();
    }

    /** The account's answer, which is the same in the list. */
    private static JsonNode answer(String id) {
        var one = api.account(id);
        assertThat(one.status()).isEqualTo(200);
        var listed = StreamSupport.stream(
                        api.get("/api/v1/accounts?limit=1000")
                                .json()
                                .path("accounts")
                                .spliterator(),
                        false)
                .filter(account -> account.path("id").asText().equals(id))
                .findFirst();
        assertThat(listed).contains(one.json());
        return one.json();
    }

    private static Instant time(JsonNode account, String field) {
        return Instant.parse(account.path(field).asText());
    }

    private static void assertIssuedBetween(Instant earliest, Instant latest, JsonNode account) {
        var refreshed = time(account, "refreshed_at");
        assertThat(refreshed).isBetween(earliest, latest);
        assertThat(time(account, "refresh_token_good_until")).isEqualTo(refreshed.plus(REFRESH_TOKEN));
        assertThat(time(account, "access_expires_at"))
                .isBetween(refreshed.plus(ACCESS_TOKEN).minus(ROUNDING), refreshed.plus(ACCESS_TOKEN));
    }

    /** The scheduler uses the column, so the answer must have exactly its value. */
    private static void assertDueAsStored(String id, JsonNode account) {
        var ends = time(account, "access_expires_at");
        assertThat(time(account, "next_refresh_at")).isBetween(ends.minus(AHEAD).minus(JITTER), ends.minus(AHEAD));
        assertThat(CLUSTER.database()
                        .query("select to_char(next_refresh_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
                                + " from account where id = '" + id + "'"))
                .singleElement()
                .satisfies(
                        stored -> assertThat(time(account, "next_refresh_at")).isEqualTo(Instant.parse(stored)));
    }

    @Test
    void ofAConnectedAccount() {
        var before = Instant.now();
        assertThat(new HttpBrowser(keeper).consent("601", "").statusCode()).isEqualTo(303);

        var account = answer("601");

        assertIssuedBetween(before.minus(ROUNDING), Instant.now(), account);
        assertDueAsStored("601", account);
    }

    @Test
    void ofARefreshedAccount() {
        new HttpBrowser(keeper).consent("602", "");
        CLUSTER.database()
                .update("update account set refreshed_at = refreshed_at - interval '3 hours',"
                        + " access_expires_at = access_expires_at - interval '3 hours',"
                        + " next_refresh_at = next_refresh_at - interval '3 hours' where id = '602'");
        var before = Instant.now();
        assertThat(answer("602").path("refresh_token_good_until").asText())
                .isLessThan(
                        before.plus(REFRESH_TOKEN).minus(Duration.ofHours(2)).toString());
        assertThat(api.refresh("602").status()).isEqualTo(200);

        var account = answer("602");

        assertIssuedBetween(before.minus(ROUNDING), Instant.now(), account);
        assertDueAsStored("602", account);
    }

    /** Its age follows from the end of its access token, and it is due without jitter. */
    @Test
    void ofAnImportedAccount() {
        var grant = x.issueGrant("603");
        var ends = Instant.now().plus(Duration.ofMinutes(80)).truncatedTo(ChronoUnit.SECONDS);
        importLine("{\"x_user_id\":\"603\",\"refresh_token\":\"%s\",\"access_token\":\"%s\",\"expires_at\":\"%s\"}"
                .formatted(grant.refreshToken(), grant.accessToken(), ends));

        var account = answer("603");

        assertThat(time(account, "access_expires_at")).isEqualTo(ends);
        assertThat(time(account, "refreshed_at")).isEqualTo(ends.minus(ACCESS_TOKEN));
        assertThat(time(account, "next_refresh_at")).isEqualTo(ends.minus(AHEAD));
        assertThat(time(account, "refresh_token_good_until"))
                .isEqualTo(ends.minus(ACCESS_TOKEN).plus(REFRESH_TOKEN));
    }

    /** Its age is not known, so it counts as issued now, and it is due at once. */
    @Test
    void ofAnAccountThatWasImportedWithoutAnAccessToken() {
        var before = Instant.now();
        importLine("{\"x_user_id\":\"604\",\"refresh_token\":\"%s\"}"
                .formatted(x.issueGrant("604").refreshToken()));
        var after = Instant.now();

        var account = answer("604");

        assertThat(account.path("access_expires_at").isNull()).isTrue();
        var refreshed = time(account, "refreshed_at");
        assertThat(refreshed).isBetween(before.minus(ROUNDING), after.plus(ROUNDING));
        assertThat(time(account, "next_refresh_at")).isBetween(before.minus(ROUNDING), refreshed);
        assertThat(time(account, "refresh_token_good_until")).isEqualTo(refreshed.plus(REFRESH_TOKEN));
    }

    @Test
    void ofAnAccountThatNeedsConsent() {
        new HttpBrowser(keeper).consent("605", "");
        var issued = time(answer("605"), "refreshed_at");
        x.revokeAtX("605");
        assertThat(api.refresh("605").status()).isEqualTo(409);

        var account = answer("605");

        assertThat(account.path("status").asText()).isEqualTo("NEEDS_CONSENT");
        assertThat(account.path("next_refresh_at").isNull()).isTrue();
        assertThat(time(account, "refreshed_at")).isEqualTo(issued);
        assertThat(time(account, "refresh_token_good_until")).isEqualTo(issued.plus(REFRESH_TOKEN));
    }

    private static void importLine(String line) {
        assertThat(api.send("POST", "/api/v1/accounts/import", "application/x-ndjson", line)
                        .http()
                        .body())
                .contains("\"imported\"");
    }
}
