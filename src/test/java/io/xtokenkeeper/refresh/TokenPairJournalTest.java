package io.xtokenkeeper.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.Fingerprint;
import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.testkit.FrozenDisk;
import io.xtokenkeeper.testkit.Sleep;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenPairJournalTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** On Linux. */
    private static final Path LOCKS = Path.of("/proc/locks");

    @TempDir
    private Path temporary;

    private Path folder;
    private final List<TokenPairJournal> journals = new ArrayList<>();

    @BeforeEach
    void begin() {
        folder = temporary.resolve("journal");
    }

    @AfterEach
    void end() throws InterruptedException {
        for (var journal : journals) {
            journal.close();
        }
    }

    @Test
    void whatTheStoreDoesNotHaveIsOnDiskUntilItHas() {
        var journal = journal();
        journal.open();
        var entries = IntStream.range(0, 50).mapToObj(i -> journal.add(pair(i))).toList();
        await("all on disk").atMost(PATIENCE).until(() -> lines().size() == 50);

        entries.subList(0, 49).forEach(JournalEntry::saved);
        Sleep.millis(500);
        assertThat(lines()).as("one still waits").hasSize(50);

        entries.getLast().saved();
        await("forgotten").atMost(PATIENCE).until(() -> lines().isEmpty());
    }

    @Test
    void whatAnEarlierProcessLeftIsTakenOverAndGoneWhenSaved() throws IOException {
        leave(line(1), line(2));

        var left = journal().open();

        assertThat(left).extracting(entry -> entry.pair().id().value()).containsExactly("1", "2");
        assertThat(left.getFirst().pair()).usingRecursiveComparison().isEqualTo(pair(1));
        left.forEach(JournalEntry::saved);
        await("removed").atMost(PATIENCE).until(() -> files().isEmpty());
    }

    @Test
    void aLineThatWasCutOffCostsNoOther() throws IOException {
        leave(line(1), line(2), line(3).substring(0, 40));

        assertThat(journal().open())
                .extracting(entry -> entry.pair().id().value())
                .containsExactly("1", "2");
    }

    @Test
    void whatALivingReplicaHoldsIsLeftToIt() {
        var one = journal();
        one.open();
        one.add(pair(1));
        await("on disk").atMost(PATIENCE).until(() -> lines().size() == 1);

        assertThat(journal().open()).isEmpty();
        assertThat(lines()).hasSize(1);
    }

    /** Another process would take the page over, and delete it while this one's pairs wait. */
    @Test
    void aPageThatWasTakenOverStaysLockedForOtherProcesses() throws IOException {
        assumeThat(LOCKS).as("the locks of all processes").exists();
        leave(line(1));
        var before = ownLocks();

        assertThat(journal().open()).hasSize(1);

        assertThat(ownLocks()).hasSize(before.size() + 1);
    }

    /** Those of the kind that ends when the process closes any descriptor of the file. */
    private static List<String> ownLocks() throws IOException {
        var pid = " " + ProcessHandle.current().pid() + " ";
        return Files.readAllLines(LOCKS).stream()
                .filter(lock -> lock.contains(" POSIX ") && lock.contains(pid))
                .toList();
    }

    @Test
    void whenItStopsItLeavesOnlyWhatIsNotSaved() throws InterruptedException {
        var idle = journal();
        idle.open();
        idle.add(pair(1)).saved();
        idle.close();
        assertThat(files()).isEmpty();

        var busy = journal();
        busy.open();
        busy.add(pair(2));
        busy.close();
        assertThat(lines()).hasSize(1);
    }

    @Test
    void aDiskThatFailsIsReportedAndWhatWaitsIsWrittenWhenItWorksAgain() throws IOException {
        Files.writeString(folder, "not a folder");
        var journal = journal();
        journal.open();
        var saved = journal.add(pair(1));
        journal.add(pair(2));
        await("reported").atMost(PATIENCE).until(() -> journal.problem().isPresent());
        saved.saved();

        Files.delete(folder);

        await("written").atMost(PATIENCE).until(() -> lines().size() == 1);
        assertThat(lines().getFirst()).isEqualTo(line(2));
        await("no trouble").atMost(PATIENCE).until(() -> journal.problem().isEmpty());
    }

    @Test
    void aDiskThatDoesNotAnswerIsReportedAndFillsNoMemory() {
        var mounted = FrozenDisk.mount();
        assumeThat(mounted).as("this machine may mount and freeze a disk").isPresent();
        try (var disk = mounted.get()) {
            folder = disk.folder().resolve("journal");
            var journal = journal();
            journal.open();
            journal.add(pair(1));
            await("on disk").atMost(PATIENCE).until(() -> lines().size() == 1);

            disk.freeze();
            journal.add(pair(2));
            IntStream.range(0, 30_000).forEach(i -> journal.saved(journal.add(pair(3))));
            assertThat(journal.queued())
                    .as("pairs that the database has are not kept")
                    .isLessThan(15_000);
            await("reported").atMost(PATIENCE).until(() -> journal.problem().isPresent());
            assertThat(journal.problem())
                    .hasValueSatisfying(why -> assertThat(why).contains("has not answered"));

            disk.thaw();
            await("written").atMost(PATIENCE).until(() -> lines().contains(line(2)));
            await("no trouble").atMost(PATIENCE).until(() -> journal.problem().isEmpty());
        }
    }

    @Test
    void onlyPairsWhoseSaveFailedAreCounted() {
        var journal = journal();
        journal.open();
        journal.add(pair(1));
        await("on disk").atMost(PATIENCE).until(() -> lines().size() == 1);
        assertThat(journal.size()).as("a save is under way, as always").isZero();

        journal.savesFail(1);
        assertThat(journal.size()).isEqualTo(1);
        journal.savesFail(0);
        assertThat(journal.size()).isZero();
    }

    @Test
    void aPageThatCannotBeReadCostsNoOtherAndIsReadWhenItCanBe() throws IOException {
        leave(line(1));
        var unreadable = Files.createDirectory(folder.resolve("unreadable" + JournalSegment.SUFFIX));
        var journal = journal();

        assertThat(journal.open())
                .extracting(entry -> entry.pair().id().value())
                .containsExactly("1");
        assertThat(journal.hasUnreadablePages()).isTrue();
        assertThat(journal.problem()).hasValueSatisfying(why -> assertThat(why).contains(unreadable.toString()));
        assertThat(journal.reopen()).isEmpty();
        assertThat(journal.hasUnreadablePages()).isTrue();

        Files.delete(unreadable);
        Files.writeString(unreadable, line(2) + "\n");
        assertThat(journal.reopen())
                .extracting(entry -> entry.pair().id().value())
                .containsExactly("2");
        assertThat(journal.hasUnreadablePages()).isFalse();
    }

    @Test
    void aLineThatCannotBeReadIsKeptAndCostsNoOther() throws IOException {
        var bad = line(2).replace("2026-", "someday-");
        leave(line(1), "null", bad, line(3).replace("{", "{\"later\":true,"), "");

        var journal = journal();
        assertThat(journal.open())
                .extracting(entry -> entry.pair().id().value())
                .containsExactly("1", "3");
        assertThat(journal.hasUnreadablePages()).isFalse();
        assertThat(journal.problem()).hasValueSatisfying(why -> assertThat(why).contains(".unreadable"));
        assertThat(files())
                .filteredOn(file -> file.toString().endsWith(".unreadable"))
                .singleElement()
                .satisfies(file -> assertThat(Files.readAllLines(file)).contains("null", bad));
    }

    /** The disk is full, for example. Nothing may be claimed until then: the page may hold newer tokens. */
    @Test
    void aPageWhoseUnreadableLineCannotBeKeptIsTriedAgainUntilItCanBe() throws IOException {
        leave(line(1), "null", "");
        var inTheWay = Files.createDirectory(Path.of(files().getFirst() + ".unreadable"));
        var journal = journal();

        assertThat(journal.open()).isEmpty();
        for (var tries = 0; tries < 2; tries++) {
            assertThat(journal.reopen()).isEmpty();
            assertThat(journal.hasUnreadablePages()).isTrue();
        }

        Files.delete(inTheWay);
        assertThat(journal.reopen())
                .extracting(entry -> entry.pair().id().value())
                .containsExactly("1");
        assertThat(journal.hasUnreadablePages()).isFalse();
    }

    @Test
    void aLineThatCannotBeReadIsKeptWhereTheLastOneLacksItsEnd() throws IOException {
        leave("null", line(1));
        journal().open();
        assertThat(files())
                .filteredOn(file -> file.toString().endsWith(".unreadable"))
                .singleElement()
                .satisfies(file -> assertThat(Files.readAllLines(file)).containsExactly("null"));
    }

    @Test
    void aGrantOfAConsentIsAPairLikeAnyOther() throws IOException {
        var grant = new PendingGrant(
                new AccountId("pending-" + "%032x".formatted(7)),
                Optional.empty(),
                "refresh".getBytes(StandardCharsets.UTF_8),
                new Fingerprint("%032x".formatted(7)),
                Scopes.of("tweet.read offline.access"),
                NOW,
                NOW.plusSeconds(7_200),
                NOW.plusSeconds(6_300),
                new byte[] {1, 2, 3});
        leave(new String(JournalRecord.encode(grant), StandardCharsets.UTF_8));

        assertThat(journal().open())
                .singleElement()
                .satisfies(entry ->
                        assertThat(entry.pair()).usingRecursiveComparison().isEqualTo(grant));
    }

    private TokenPairJournal journal() {
        var journal = new TokenPairJournal(new JournalSettings(folder));
        journals.add(journal);
        return journal;
    }

    private static RefreshResult.Rotated pair(int number) {
        return new RefreshResult.Rotated(
                new AccountId(Integer.toString(number)),
                7,
                new Fingerprint("%032x".formatted(number)),
                new Fingerprint("%032x".formatted(number + 1_000)),
                Optional.of(new RefreshResult.Rotated.Access(
                        ("access" + number).getBytes(StandardCharsets.UTF_8), NOW, NOW.plusSeconds(7_200))),
                Optional.of(("refresh" + number).getBytes(StandardCharsets.UTF_8)),
                Optional.of(Scopes.of("tweet.read offline.access")),
                NOW.plusSeconds(6_300),
                Optional.empty());
    }

    private static String line(int number) {
        return new String(JournalRecord.encode(pair(number)), StandardCharsets.UTF_8);
    }

    private void leave(String... lines) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("0.rotations"), String.join("\n", lines));
    }

    private List<Path> files() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> lines() {
        return files().stream()
                .flatMap(file -> {
                    try {
                        return Files.readAllLines(file).stream();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .toList();
    }
}
