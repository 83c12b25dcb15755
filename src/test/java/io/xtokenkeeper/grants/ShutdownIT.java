package io.xtokenkeeper.grants;

import static io.xtokenkeeper.grants.StrictCluster.answer;
import static io.xtokenkeeper.grants.StrictCluster.assertRetry;
import static io.xtokenkeeper.grants.StrictCluster.assertTokenOrRetry;
import static io.xtokenkeeper.grants.StrictCluster.async;
import static io.xtokenkeeper.grants.StrictCluster.tokens;
import static org.assertj.core.api.Assertions.assertThat;

import io.xtokenkeeper.sandbox.faults.Endpoint;
import io.xtokenkeeper.sandbox.faults.Fault;
import io.xtokenkeeper.sandbox.faults.FaultRule;
import io.xtokenkeeper.sandbox.grants.SeededGrant;
import io.xtokenkeeper.testkit.Api;
import io.xtokenkeeper.testkit.HttpBrowser;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.Sleep;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * SIGTERM while tokens and codes are being spent on every path except the scheduler's: each call at X is waited for and
 * saved, and no other is started. All tests of this class share one shutdown, and each checks one path.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ShutdownIT {
    private static final String[] SETTINGS = {
        "KEEPER_REFRESH_MODE", "lazy", "KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER, "KEEPER_CONSENT_OPEN", "true"
    };
    private static final String NEW_USER = "8101";
    private static final String KNOWN_USER = "8102";
    private static final Duration LATENCY = Duration.ofSeconds(3);

    @RegisterExtension
    static final StrictCluster CLUSTER = StrictCluster.forOneScenario();

    private List<SeededGrant> asked;
    private SeededGrant forced;
    private SeededGrant proxied;
    private SeededGrant verified;
    private SeededGrant late;

    private List<CompletableFuture<Api.Reply>> callers;
    private CompletableFuture<Api.Reply> forcedRefresh;
    private CompletableFuture<Api.Reply> proxiedCall;
    private CompletableFuture<Api.Reply> verifyingImport;
    private CompletableFuture<HttpResponse<String>> firstConsent;
    private CompletableFuture<HttpResponse<String>> secondConsent;
    private Api.Reply whileStopping;
    private String lastWords;
    private long refreshesBeforeRestart;
    private KeeperProcess restarted;

    @BeforeAll
    void stopWhileEveryPathIsAtX() {
        var x = CLUSTER.x();
        var replica = CLUSTER.start(SETTINGS);
        var api = replica.api();
        asked = CLUSTER.grants(5);
        forced = CLUSTER.grant();
        proxied = CLUSTER.grant();
        verified = CLUSTER.grant();
        late = CLUSTER.grant();
        api.importDue(asked);
        api.importDue(List.of(late));
        importWithAccessToken(api, forced);
        importWithAccessToken(api, proxied);
        new HttpBrowser(replica).consent(KNOWN_USER, "");
        var newcomer = new HttpBrowser(replica);
        var newCallback = newcomer.allow(newcomer.begin(""), NEW_USER);
        var known = new HttpBrowser(replica);
        var knownCallback = known.allow(known.begin(""), KNOWN_USER);

        x.update(switches -> switches.withLatency(LATENCY).withFault(Endpoint.API, FaultRule.once(Fault.WRONG_SECRET)));
        callers = tokens(api, asked);
        forcedRefresh = async(() -> api.refresh(forced.userId()));
        proxiedCall = async(() -> api.get("/api/v1/accounts/" + proxied.userId() + "/x/2/echo"));
        verifyingImport = async(
                () -> api.send("POST", "/api/v1/accounts/import?verify=true", "application/x-ndjson", line(verified)));
        firstConsent = async(() -> newcomer.open(newCallback));
        secondConsent = async(() -> known.open(knownCallback));
        CLUSTER.untilCallsAtX(asked.size() + 5);

        var stopping = async(() -> {
            replica.terminate();
            return replica.log();
        });
        Sleep.millis(500);
        try {
            whileStopping = api.token(late.userId());
        } catch (RuntimeException e) {
            // no response: the test of this path reports it
        }
        try {
            lastWords = answer(stopping);
        } catch (AssertionError e) {
            // it had to be killed: the test of the exit reports it
        }
        refreshesBeforeRestart = x.ledger().totalRefreshes();
        x.update(switches -> switches.withLatency(Duration.ZERO));
        restarted = CLUSTER.start(SETTINGS);
    }

    private static void importWithAccessToken(Api api, SeededGrant grant) {
        api.send("POST", "/api/v1/accounts/import", "application/x-ndjson", line(grant));
    }

    private static String line(SeededGrant grant) {
        return "{\"x_user_id\":\"%s\",\"refresh_token\":\"%s\",\"access_token\":\"%s\",\"expires_at\":%d}\n"
                .formatted(
                        grant.userId(),
                        grant.refreshToken(),
                        grant.accessToken(),
                        Instant.now().plusSeconds(7_000).getEpochSecond());
    }

    @Test
    void everyCallIsAnswered() {
        assertThat(callers).allSatisfy(call -> assertTokenOrRetry(answer(call)));
        assertTokenOrRetry(answer(forcedRefresh));
        assertThat(answer(proxiedCall).status()).isIn(200, 401, 503);
        assertThat(answer(verifyingImport).status()).isIn(200, 503);
        assertThat(answer(firstConsent).statusCode()).isIn(303, 503);
        assertThat(answer(secondConsent).statusCode()).isIn(303, 503);
    }

    @Test
    void refreshesThatCallersWaitForAreSaved() {
        CLUSTER.assertNothingLost(restarted, asked);
    }

    @Test
    void aForcedRefreshIsSaved() {
        CLUSTER.assertNothingLost(restarted, List.of(forced));
    }

    @Test
    void theRefreshOfAProxiedCallIsSaved() {
        CLUSTER.assertNothingLost(restarted, List.of(proxied));
    }

    @Test
    void anImportedGrantThatIsBeingVerifiedIsSaved() {
        CLUSTER.assertNothingLost(restarted, List.of(verified));
    }

    @Test
    void aConsentThatIsBeingExchangedIsSaved() {
        assertConsentSaved(NEW_USER);
    }

    @Test
    void aSecondConsentThatIsBeingExchangedIsSaved() {
        assertConsentSaved(KNOWN_USER);
    }

    /** Under the user's id, or under a provisional one if the shutdown left no time to call users/me. */
    private void assertConsentSaved(String user) {
        var saved = CLUSTER.database().query("select id from account where id = '" + user + "' or id like 'pending-%'");
        assertThat(saved).as("accounts").isNotEmpty();
        assertThat(saved.stream()
                        .map(id -> restarted.api().token(id).text("access_token"))
                        .filter(token -> CLUSTER.x().ledger().isLive(token)))
                .as("tokens that X takes")
                .isNotEmpty();
    }

    @Test
    void aCallThatComesWhileItIsStoppingCostsNothing() {
        assertThat(whileStopping).as("an answer").isNotNull();
        assertRetry(whileStopping);
        assertThat(CLUSTER.x().ledger().refreshes(late.userId())).isZero();
    }

    @Test
    void itEndsWhenAllIsSaved() {
        assertThat(lastWords).as("the log of a replica that ended by itself").isNotNull();
        assertThat(lastWords).doesNotContain("were not saved", "Unhandled exception");
        assertThat(lastWords).containsPattern("stopping: [1-9][0-9]* .*, 0 were not");
    }

    @Test
    void aRestartSpendsNoTokenAgain() {
        assertThat(CLUSTER.x().ledger().doubleSpends()).isZero();
        assertThat(refreshesBeforeRestart).isEqualTo(asked.size() + 3);
    }
}
