package io.xtokenkeeper.consent;

import static org.assertj.core.api.Assertions.assertThat;

import io.xtokenkeeper.testkit.HttpBrowser;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.RefusedPage;
import io.xtokenkeeper.testkit.TestCluster;
import io.xtokenkeeper.testkit.TestPostgres;
import java.net.http.HttpResponse;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Limits of open authorization requests: per consent link, and in total. */
class AuthorizationLimitsIT {
    private static final int OF_LINK = 20;
    private static final int OPEN = 10_000;

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    private static TestPostgres database;
    private static KeeperProcess keeper;

    @BeforeAll
    static void begin() {
        database = CLUSTER.database();
        keeper = CLUSTER.start("KEEPER_CONSENT_OPEN", "true", "KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER);
    }

    @AfterEach
    void forget() {
        database.update("delete from consent_attempt");
    }

    @Test
    void linkBeginsTwentyRequestsInTenMinutesHoweverTheyEnd() {
        var link = keeper.api().consentLink("{}");
        var browser = new HttpBrowser(keeper);
        for (var i = 0; i < OF_LINK; i++) {
            var begun = browser.open(link);
            assertThat(begun.statusCode()).isEqualTo(303);
            browser.open(browser.cancel(HttpBrowser.location(begun)));
        }

        var refused = new HttpBrowser(keeper).open(link);

        RefusedPage.assertIs(refused, 429, "Too many unfinished attempts");
        assertThat(retryAfter(refused)).isBetween(500L, 600L);
        assertThat(new HttpBrowser(keeper).open(keeper.api().consentLink("{}")).statusCode())
                .as("another link")
                .isEqualTo(303);
        database.update("update consent_attempt set expires_at = now() where state_hash ="
                + " (select state_hash from consent_attempt where link_id is not null order by expires_at limit 1)");
        assertThat(new HttpBrowser(keeper).open(link).statusCode())
                .as("when the first has ended")
                .isEqualTo(303);
        assertThat(new HttpBrowser(keeper).open(link).statusCode()).isEqualTo(429);
    }

    @Test
    void manyAtOnceBeginNoMore() throws Exception {
        var link = keeper.api().consentLink("{}");
        try (var threads = Executors.newFixedThreadPool(16)) {
            var answers = threads
                    .invokeAll(IntStream.range(0, 4 * OF_LINK)
                            .mapToObj(i -> (Callable<Integer>)
                                    () -> new HttpBrowser(keeper).open(link).statusCode())
                            .toList())
                    .stream()
                    .map(done -> done.resultNow())
                    .toList();
            assertThat(answers).containsOnly(303, 429);
            assertThat(answers.stream().filter(status -> status == 303)).hasSize(OF_LINK);
        }
    }

    @Test
    void strangersFillOnlyTheirHalfAndNoStorage() {
        var link = keeper.api().consentLink("{}");
        open(OPEN - 1, "null");
        open(OPEN, "now()");
        assertThat(authorize().statusCode()).as("the last that fits").isEqualTo(303);

        var refused = authorize();

        RefusedPage.assertIs(refused, 429, "Too many unfinished attempts");
        assertThat(retryAfter(refused)).isBetween(1L, 300L);
        assertThat(new HttpBrowser(keeper).open(link).statusCode())
                .as("who holds a link")
                .isEqualTo(303);
        var operator = new HttpBrowser(keeper);
        operator.signIn(KeeperProcess.ADMIN_KEY);
        assertThat(operator.open("/oauth/authorize").statusCode())
                .as("an operator")
                .isEqualTo(303);
        assertThat(database.query("select count(*) from consent_attempt where consumed_at is null"))
                .containsExactly(Integer.toString(OPEN + 2));

        open(OPEN - 2, "null");
        assertThat(new HttpBrowser(keeper).open(link).statusCode())
                .as("all that there may be")
                .isEqualTo(429);
    }

    private static void open(int count, String consumed) {
        database.update("""
                insert into consent_attempt (state_hash, browser_hash, verifier, redirect_uri, scope, created_at,
                                             expires_at, consumed_at)
                select sha256(gen_random_uuid()::text::bytea), '', '', '', '', now(), now() + interval '5 min', %s
                  from generate_series(1, %d)""".formatted(consumed, count));
    }

    private static HttpResponse<String> authorize() {
        return new HttpBrowser(keeper).open("/oauth/authorize");
    }

    private static long retryAfter(HttpResponse<String> refused) {
        return refused.headers().firstValueAsLong("Retry-After").orElseThrow();
    }
}
