package io.xtokenkeeper.grants;

import static io.xtokenkeeper.grants.StrictCluster.assertRetry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xtokenkeeper.sandbox.grants.SeededGrant;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.Sleep;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Replicas were killed with token pairs that only their journal contains, and not all of the journal can be read. */
class JournalReplayIT {
    private static final int PAIRS_A_PAGE = 4;

    @RegisterExtension
    static final StrictCluster CLUSTER = StrictCluster.forEachTest();

    /** Leaves a journal page for each replica. */
    private static List<SeededGrant> killedWithUnsavedPairs(int replicas) {
        var grants = CLUSTER.grants(replicas * PAIRS_A_PAGE);
        CLUSTER.x().update(switches -> switches.withLatency(Duration.ofSeconds(4)));
        var keepers = Stream.generate(() -> CLUSTER.start(
                        "KEEPER_REFRESH_CONCURRENCY",
                        Integer.toString(PAIRS_A_PAGE),
                        "KEEPER_REFRESH_TIMEOUT",
                        "10s",
                        "KEEPER_REFRESH_LEASE",
                        "20s"))
                .limit(replicas)
                .toList();
        keepers.getFirst().api().importDue(grants);
        CLUSTER.untilCallsAtX(grants.size());
        CLUSTER.database().stop();
        try {
            await("all pairs are on disk")
                    .atMost(StrictCluster.PATIENCE)
                    .until(() -> linesInTheJournal() == grants.size());
        } finally {
            keepers.forEach(KeeperProcess::kill);
            CLUSTER.database().start();
        }
        CLUSTER.x().update(switches -> switches.withLatency(Duration.ZERO));
        return grants;
    }

    private static List<Path> pages() {
        if (Files.notExists(CLUSTER.journal())) {
            return List.of();
        }
        try (var files = Files.list(CLUSTER.journal())) {
            return files.filter(Files::isRegularFile).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long linesInTheJournal() {
        return pages().stream().mapToLong(page -> lines(page).size()).sum();
    }

    private static List<String> lines(Path page) {
        try {
            return Files.readAllLines(page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Does not wait for the first poll for due accounts: it may not be allowed yet. */
    private static KeeperProcess restarted() {
        var settings = CLUSTER.settings();
        settings.put("KEEPER_REFRESH_TIMEOUT", "2s");
        settings.put("KEEPER_REFRESH_LEASE", "12s");
        var replica = CLUSTER.closeLater(KeeperProcess.launch(settings));
        await("the start").atMost(StrictCluster.PATIENCE).until(() -> {
            assertThat(replica.handle().isAlive()).as(replica.log()).isTrue();
            return isAnswering(replica);
        });
        return replica;
    }

    private static boolean isAnswering(KeeperProcess replica) {
        try {
            return replica.api().get("/q/health/ready").status() == 200;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    @Test
    void aPageThatCannotBeReadStopsClaimingAndNothingElse() throws IOException {
        var grants = killedWithUnsavedPairs(3);
        assertThat(pages()).hasSize(3);
        var unreadable = CLUSTER.journal().resolve(UUID.randomUUID() + ".rotations");
        Files.createDirectory(unreadable);
        var before = CLUSTER.refreshCalls();

        var replica = restarted();
        await("the replay").atMost(StrictCluster.PATIENCE).until(() -> CLUSTER.refreshed() == grants.size());
        CLUSTER.assertNothingLost(replica, grants);
        var due = CLUSTER.grant();
        replica.api().importDue(List.of(due));
        Sleep.millis(2_500); // two runs of the scheduler
        assertRetry(replica.api().token(due.userId()));
        assertThat(CLUSTER.refreshCalls()).isEqualTo(before);
        assertThat(StrictCluster.health(replica, "journal_trouble"))
                .contains(unreadable.getFileName().toString());

        Files.delete(unreadable);
        await("it refreshes without a restart")
                .atMost(StrictCluster.PATIENCE)
                .until(() -> replica.api().token(due.userId()).status() == 200);
        assertThat(StrictCluster.health(replica, "journal_trouble")).isEqualTo("none");
        assertThat(CLUSTER.x().ledger().doubleSpends()).isZero();
    }

    @Test
    void aLineThatCannotBeReadIsKeptAndTheOthersAreSaved() throws IOException {
        var grants = killedWithUnsavedPairs(1);
        var page = pages().getFirst();
        var good = lines(page);
        var ofANewerVersion = good.getFirst().replaceFirst("^\\{", "{\"field_of_a_newer_version\":{\"a\":[1]},");
        var badDate = good.get(1).replaceFirst("\"issuedAt\":\"[^\"]*\"", "\"issuedAt\":\"yesterday\"");
        assertThat(badDate).isNotEqualTo(good.get(1));
        Files.write(
                page,
                Stream.concat(
                                Stream.of("null", badDate, ofANewerVersion),
                                good.stream().skip(1))
                        .toList(),
                StandardOpenOption.TRUNCATE_EXISTING);

        var replica = restarted();

        await("the replay").atMost(StrictCluster.PATIENCE).until(() -> CLUSTER.refreshed() == grants.size());
        CLUSTER.assertNothingLost(replica, grants);
        Sleep.millis(1_000); // a page that is replayed completely is deleted in the background
        assertThat(pages()).as("the line is kept").anyMatch(file -> lines(file).contains(badDate));
        assertThat(StrictCluster.health(replica, "journal_trouble"))
                .contains(page.getFileName().toString());
    }
}
