package io.xtokenkeeper;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.xtokenkeeper.sandbox.SandboxOptions;
import io.xtokenkeeper.testkit.FuzzRequests;
import io.xtokenkeeper.testkit.HttpBrowser;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.TestCluster;
import io.xtokenkeeper.testkit.Wire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Sends thousands of random requests to every address of the packaged service. Repeat a run with the printed seed:
 * {@code -Dfuzz.seed=…}.
 */
class FuzzIT {
    private static final int CONNECTIONS = 8;
    private static final int REQUESTS = Integer.getInteger("fuzz.requests", 12_000);
    private static final Pattern STACK_TRACE =
            Pattern.compile("\\bat [a-z][\\w.$]+\\([\\w]+\\.java|[a-z]\\.[A-Z]\\w+(Exception|Error)\\b");

    @RegisterExtension
    final TestCluster cluster = new TestCluster();

    private final AtomicInteger sent = new AtomicInteger();
    private final Map<Integer, AtomicInteger> statuses = new ConcurrentHashMap<>();

    @Test
    void noRequestBreaksTheServiceAndNoAnswerGivesAnythingAway() throws Exception {
        var seed = Long.getLong("fuzz.seed", System.nanoTime());
        System.out.println("fuzz.seed=" + seed);
        var x = cluster.x();
        var secrets = new HashMap<String, String>();
        secrets.put("client secret", SandboxOptions.CLIENT_SECRET);
        secrets.put("master key", KeeperProcess.MASTER_KEY);
        secrets.put("operator key", KeeperProcess.ADMIN_KEY);
        String log;
        try (var keeper = cluster.start(
                "KEEPER_CONSENT_OPEN", "true",
                "KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER,
                "KEEPER_WRONG_KEYS", "2000")) {
            var grants = List.of(x.issueGrant("601"), x.issueGrant("602"), x.issueGrant("603"));
            grants.forEach(grant -> secrets.put("refresh token of " + grant.userId(), grant.refreshToken()));
            keeper.api().importDue(grants);
            var session = HttpBrowser.cookie(new HttpBrowser(keeper).signIn(KeeperProcess.ADMIN_KEY), "keeper-session");
            secrets.put("session", session);

            var operations = operations(keeper);
            fire(IntStream.range(0, CONNECTIONS)
                    .<Callable<Void>>mapToObj(i -> () ->
                            fuzz(keeper, new FuzzRequests(operations, "keeper-session=" + session, seed + i), secrets))
                    .toList());

            assertThat(keeper.api().get("/q/health/ready").status()).isEqualTo(200);
            log = keeper.log();
        }
        System.out.println("fuzz: " + sent + " requests, answered with " + statuses);
        assertThat(sent.get()).isGreaterThanOrEqualTo(REQUESTS);
        assertThat(statuses.keySet()).as("it went deep enough").contains(200, 204, 303, 400, 401, 403, 404);
        secrets.forEach(
                (name, secret) -> assertThat(log).as(name + " in the log").doesNotContain(secret));
        assertThat(log.lines().filter(line -> line.contains(" ERROR ")))
                .as("nothing failed, but that clients hung up in the middle of a stream")
                .allMatch(line -> line.contains("impossible to send it to client"));
    }

    private static void fire(List<Callable<Void>> fuzzers) throws Exception {
        try (var threads = Executors.newFixedThreadPool(fuzzers.size())) {
            for (var fuzzer : threads.invokeAll(fuzzers)) {
                fuzzer.get();
            }
        }
    }

    private Void fuzz(KeeperProcess keeper, FuzzRequests requests, Map<String, String> secrets) throws IOException {
        try (var wire = new Wire(keeper.url())) {
            for (var i = 0; i < REQUESTS / CONNECTIONS; i++) {
                var request = requests.next();
                wire.send(request).ifPresent(answer -> check(request, answer, secrets));
                sent.incrementAndGet();
            }
        }
        return null;
    }

    private void check(String request, Wire.Answer answer, Map<String, String> secrets) {
        statuses.computeIfAbsent(answer.status(), status -> new AtomicInteger()).incrementAndGet();
        var all = answer.head() + "\n" + answer.body();
        var shown = request.substring(0, Math.min(request.length(), 2_000)) + "\n---\n"
                + all.substring(0, Math.min(all.length(), 4_000));
        assertThat(answer.status() < 500
                        || (answer.status() == 503
                                && !answer.header("Retry-After").isEmpty()))
                .as(shown)
                .isTrue();
        if (answer.header("Content-Type").startsWith("text/html")) {
            assertThat(answer.body().contains(FuzzRequests.MARKUP)).as(shown).isFalse();
        }
        assertThat(answer.head().toLowerCase(Locale.ROOT).contains("\n" + FuzzRequests.HEADER))
                .as(shown)
                .isFalse();
        assertThat(STACK_TRACE.matcher(all).find()).as(shown).isFalse();
        secrets.forEach((name, secret) ->
                assertThat(all.contains(secret)).as(name + " in\n" + shown).isFalse());
    }

    /** Every operation of the OpenAPI document, as method and path. */
    private static List<String> operations(KeeperProcess keeper) throws IOException {
        var paths = new ObjectMapper()
                .readTree(keeper.api().get("/q/openapi?format=json").http().body())
                .path("paths");
        var found = new ArrayList<String>();
        paths.properties()
                .forEach(path -> path.getValue()
                        .fieldNames()
                        .forEachRemaining(method -> found.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
        assertThat(found).hasSizeGreaterThan(10);
        return found;
    }
}
