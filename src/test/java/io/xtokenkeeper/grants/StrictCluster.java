package io.xtokenkeeper.grants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xtokenkeeper.sandbox.faults.Endpoint;
import io.xtokenkeeper.sandbox.grants.SeededGrant;
import io.xtokenkeeper.testkit.Api;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.TestCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A cluster for a test class, with a strict X. Each test starts without accounts, journal, pause and faults, unless all
 * tests of the class check one scenario.
 */
final class StrictCluster extends TestCluster {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final boolean oneScenario;
    private long nextUser = 7_000_000;

    private StrictCluster(boolean oneScenario) {
        this.oneScenario = oneScenario;
    }

    static StrictCluster forEachTest() {
        return new StrictCluster(false);
    }

    static StrictCluster forOneScenario() {
        return new StrictCluster(true);
    }

    Path journal() {
        return database().beside("journal");
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        super.beforeAll(context);
        beStrict();
    }

    /** Using a refresh token twice ends its grant, and a refresh ends the previous access token. */
    private void beStrict() {
        x().update(switches -> switches.withReplayKillsFamily(true).withRefreshKillsOldAccess(true));
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        if (oneScenario) {
            return;
        }
        x().update(switches -> switches.withoutFaults().withLatency(Duration.ZERO));
        super.afterEach(context);
        x().reset();
        beStrict();
        database().update("delete from account");
        database().update("update app_state set paused_until = null, app_refused = false, pause_why = null");
        clearJournal();
    }

    private void clearJournal() {
        if (!hasReplicas() && Files.exists(journal())) {
            try (var pages = Files.list(journal())) {
                pages.forEach(page -> page.toFile().delete());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Grants that no other test used. */
    List<SeededGrant> grants(int count) {
        nextUser += 1_000;
        return x().seed(count, Long.toString(nextUser));
    }

    SeededGrant grant() {
        return grants(1).getFirst();
    }

    long accounts(String where) {
        return database().count("account where " + where);
    }

    long refreshed() {
        return accounts("refreshed_at > connected_at");
    }

    long lost() {
        return accounts("status = 'NEEDS_CONSENT'");
    }

    long refreshCalls() {
        return x().ledger().calls(Endpoint.REFRESH);
    }

    /** Starts the call at once, on a thread of its own. */
    static <T> CompletableFuture<T> async(Callable<T> call) {
        var result = new CompletableFuture<T>();
        Thread.ofVirtual().start(() -> {
            try {
                result.complete(call.call());
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    static List<CompletableFuture<Api.Reply>> tokens(Api api, Collection<SeededGrant> grants) {
        return grants.stream()
                .map(grant -> async(() -> api.token(grant.userId())))
                .toList();
    }

    /** @throws AssertionError if the call did not return */
    static <T> T answer(CompletableFuture<T> call) {
        try {
            return call.get(PATIENCE.toSeconds() + 10, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("no answer", e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static <T> List<T> answers(List<CompletableFuture<T>> calls) {
        return calls.stream().map(StrictCluster::answer).toList();
    }

    /** The response is a token, or an error with the time to retry. */
    static void assertTokenOrRetry(Api.Reply reply) {
        assertThat(reply.status()).as(reply.http().body()).isIn(200, 503);
        if (reply.status() == 503) {
            assertRetry(reply);
        }
    }

    static void assertRetry(Api.Reply reply) {
        assertThat(reply.status()).as(reply.http().body()).isEqualTo(503);
        assertThat(reply.header("Retry-After")).as("Retry-After").matches("[1-9][0-9]*");
    }

    /** Every account has a token that X accepts, and no refresh token was spent twice. */
    void assertNothingLost(KeeperProcess replica, Collection<SeededGrant> grants) {
        assertThat(database().query("select status_reason from account where status = 'NEEDS_CONSENT'"))
                .as("lost")
                .isEmpty();
        for (var grant : grants) {
            var token = replica.api().get("/api/v1/accounts/" + grant.userId() + "/token?min_ttl=0");
            assertThat(token.status()).as(token.http().body()).isEqualTo(200);
            assertThat(x().ledger().isLive(token.text("access_token")))
                    .as("taken by X")
                    .isTrue();
        }
        assertThat(x().ledger().doubleSpends()).as("spent twice").isZero();
    }

    /**
     * Ends the effect of {@code withAccessTokenLife}: from now on the scheduler does not refresh these accounts during the
     * test.
     */
    void makeTokensLast(Collection<SeededGrant> grants) {
        x().update(switches -> switches.withAccessTokenLife(Duration.ofHours(2)));
        await("tokens that last")
                .atMost(PATIENCE)
                .until(() -> accounts("access_expires_at > now() + interval '1 hour' and id in (" + ids(grants) + ")")
                        == grants.size());
    }

    /** For SQL's {@code in}. */
    static String ids(Collection<SeededGrant> grants) {
        return grants.stream().map(grant -> "'" + grant.userId() + "'").collect(Collectors.joining(","));
    }

    /** The readiness data of the check "refresh". */
    static String health(KeeperProcess replica, String field) {
        for (var check : replica.api().get("/q/health/ready").json().path("checks")) {
            if (check.path("name").asText().equals("refresh")) {
                return check.path("data").path(field).asText();
            }
        }
        return "";
    }

    void untilCallsAtX(int count) {
        await(count + " calls at X").atMost(PATIENCE).until(() -> x().ledger().openTokenCalls() == count);
    }
}
