package io.xtokenkeeper.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xtokenkeeper.sandbox.Sandbox;
import io.xtokenkeeper.sandbox.faults.Endpoint;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.Sleep;
import io.xtokenkeeper.testkit.TestCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two replicas, one of them on a host whose clock is wrong or is set while it runs; X and the database have the right time.
 */
@EnabledIf(value = "hasLibfaketime", disabledReason = "libfaketime is not installed: apt-get install faketime")
class ClocksIT {
    private static final String ACCOUNT = "2244994945";
    private static final Duration LIFE = Duration.ofSeconds(4);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @RegisterExtension
    final TestCluster cluster = new TestCluster();

    private Sandbox x;

    @BeforeEach
    void begin() {
        x = cluster.x();
        x.update(switches -> switches.withAccessTokenLife(LIFE));
    }

    /** The path of libfaketime in Debian and its derivatives, for any architecture. */
    private static Optional<Path> libfaketime() {
        try (var folders = Files.list(Path.of("/usr/lib"))) {
            return folders.map(folder -> folder.resolve("faketime/libfaketimeMT.so.1"))
                    .filter(Files::exists)
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    static boolean hasLibfaketime() {
        return libfaketime().isPresent();
    }

    private KeeperProcess keeper() {
        return cluster.start("KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER);
    }

    /** @param offset a file with the offset of the host's clock, such as {@code +3h} */
    private KeeperProcess keeperWithClock(Path offset) {
        var settings = cluster.settings();
        settings.put("KEEPER_REFRESH_EVERY", KeeperProcess.NO_TIMER);
        settings.put("LD_PRELOAD", libfaketime().orElseThrow().toString());
        settings.put("FAKETIME_TIMESTAMP_FILE", offset.toString());
        settings.put("FAKETIME_CACHE_DURATION", "1");
        settings.put("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        settings.put("FAKETIME_FORCE_MONOTONIC_FIX", "0");
        return cluster.start(settings);
    }

    private static Path offset(Path folder, String offset) {
        try {
            return Files.writeString(folder.resolve("offset"), offset);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whatAReplicaThreeHoursAheadRefreshedIsNotHandedOutForThreeHours(@TempDir Path folder) {
        try (var ahead = keeperWithClock(offset(folder, "+3h"));
                var right = keeper()) {
            assertHealthSays(ahead, "s ahead of the database's");
            assertThat(right.api().get("/q/health/ready").http().body()).contains("in step");
            ahead.api().importDue(List.of(x.issueGrant(ACCOUNT)));
            assertLive(ahead);
            Sleep.millis(LIFE.plusSeconds(1).toMillis());
            assertLive(right);
            assertLive(ahead);
        }
    }

    @Test
    void aReplicaThreeHoursBehindHandsOutNoTokenThatHasEnded(@TempDir Path folder) {
        try (var behind = keeperWithClock(offset(folder, "-3h"));
                var right = keeper()) {
            assertHealthSays(behind, "s behind the database's");
            right.api().importDue(List.of(x.issueGrant(ACCOUNT)));
            assertLive(right);
            Sleep.millis(LIFE.plusSeconds(1).toMillis());
            assertLive(behind);
            assertLive(right);
        }
    }

    @Test
    void aReplicaThatIsSetBackDoesNotHandOutItsOwnTokensForLonger(@TempDir Path folder) {
        try (var keeper = keeperWithClock(offset(folder, "+0"))) {
            assertHealthSays(keeper, "in step");
            keeper.api().importDue(List.of(x.issueGrant(ACCOUNT)));
            assertLive(keeper);
            offset(folder, "-3h");
            Sleep.millis(LIFE.plusSeconds(1).toMillis());
            assertLive(keeper);
            assertHealthSays(keeper, "s behind the database's");
            assertThat(keeper.log()).contains("the database's counts here");
        }
    }

    private void assertHealthSays(KeeperProcess keeper, String words) {
        await("health says: " + words)
                .atMost(PATIENCE)
                .until(() -> keeper.api().get("/q/health/ready").http().body().contains(words));
    }

    /** Requests any token that the replica considers valid, however short its remaining life is. */
    private void assertLive(KeeperProcess keeper) {
        var before = x.ledger().calls(Endpoint.REFRESH);
        var token = keeper.api().get("/api/v1/accounts/" + ACCOUNT + "/token?min_ttl=0");
        assertThat(token.status()).as(token.http().body()).isEqualTo(200);
        assertThat(x.ledger().isLive(token.text("access_token")))
                .as("live at X, after %d refreshes", x.ledger().calls(Endpoint.REFRESH) - before)
                .isTrue();
    }
}
