package io.xtokenkeeper.faults;

import io.xtokenkeeper.sandbox.CallLog;
import io.xtokenkeeper.sandbox.LoggedCall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Writes what a run of {@link ChaosIT} did to {@code target/chaos.md}, and formats the history of an account. */
final class ChaosReport {
    private static final Path FILE = Path.of("target/chaos.md");
    private static final Path HISTORIES = Path.of("target/chaos-histories.txt");
    private static final int PRINTED = 5;

    private final long seed;
    private final Duration duration;
    private final ChaosReplicas replicas;
    private final ChaosDatabase database;
    private final Map<String, List<LoggedCall>> logs;

    ChaosReport(
            long seed,
            Duration duration,
            ChaosReplicas replicas,
            ChaosDatabase database,
            Map<String, List<LoggedCall>> logs) {
        this.seed = seed;
        this.duration = duration;
        this.replicas = replicas;
        this.database = database;
        this.logs = logs;
    }

    void write(int accounts, CallLog ledger, Map<String, Long> struck, Map<String, Long> answers, ChaosVerdict result) {
        var lines = new ArrayList<>(List.of(
                "# Chaos, " + duration.toSeconds() + " s, seed " + seed,
                "",
                "| what | count |",
                "|---|---:|",
                row("accounts", accounts),
                row("refreshes", ledger.totalRefreshes()),
                row("answers that never left X whole", ledger.lostAnswers()),
                row("refresh tokens presented again", ledger.doubleSpends())));
        table(lines, "fault", struck);
        table(lines, "loss, by cause", result.losses());
        table(lines, "refresh token presented again, by cause", result.spentTwice());
        table(lines, "call", answers);
        lines.add("");
        lines.add(result.findings().isEmpty() ? "Everything is explained." : "## Unexplained");
        result.findings().forEach(finding -> lines.add("- " + finding.user() + ": " + finding.what()));
        try {
            Files.write(FILE, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        lines.forEach(System.out::println);
    }

    private static void table(List<String> lines, String head, Map<?, Long> counts) {
        lines.addAll(List.of("", "| " + head + " | count |", "|---|---:|"));
        counts.forEach((what, count) -> lines.add(row(what, count)));
    }

    private static String row(Object what, long count) {
        return "| " + what + " | " + count + " |";
    }

    /** The histories of the first few accounts with a finding; those of all are in {@code target/chaos-histories.txt}. */
    String histories(List<ChaosVerdict.Finding> findings) {
        try {
            Files.writeString(HISTORIES, histories(findings, Integer.MAX_VALUE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return histories(findings, PRINTED);
    }

    private String histories(List<ChaosVerdict.Finding> findings, int users) {
        var text = new StringBuilder("-Dchaos.seed=" + seed + " -Dchaos.duration=" + duration.toSeconds() + "s\n");
        findings.stream()
                .map(ChaosVerdict.Finding::user)
                .distinct()
                .limit(users)
                .forEach(user -> {
                    text.append("\n").append(user).append('\n');
                    findings.stream()
                            .filter(finding -> finding.user().equals(user))
                            .forEach(finding ->
                                    text.append("! ").append(finding.what()).append('\n'));
                    history(user).forEach(line -> text.append(line).append('\n'));
                });
        return text.toString();
    }

    private List<String> history(String user) {
        var saved = database.saved().stream()
                .filter(each -> each.account().equals(user))
                .map(each -> time(each.at()) + " saved " + each.fingerprint() + " " + each.status());
        var losses = database.losses().stream()
                .filter(each -> each.account().equals(user))
                .map(each -> time(each.at()) + " lost " + each.reason());
        var x = logs.getOrDefault(user, List.of()).stream()
                .filter(call -> switch (call.endpoint()) {
                    case ME, API -> false;
                    default -> true;
                })
                .map(ChaosReport::line);
        var ordered = Stream.of(saved, losses, x, replicas.notes().stream())
                .flatMap(lines -> lines)
                .sorted();
        return Stream.of(ordered, database.events(user).stream(), replicas.logLines(user).stream())
                .flatMap(lines -> lines)
                .toList();
    }

    private static String line(LoggedCall call) {
        return time(call.arrived()) + " x " + call.endpoint() + " from " + call.host() + " " + call.outcome() + " "
                + call.presented()
                + call.issued()
                        .map(issue -> " -> " + issue.grant() + "/" + issue.generation() + " " + issue.refresh()
                                + " access " + issue.access())
                        .orElse("")
                + ", worked " + call.worked().map(ChaosReport::time).orElse("never")
                + ", " + call.end() + " " + call.ended().map(ChaosReport::time).orElse("");
    }

    /** Always three digits after the decimal point, so that lines can be sorted. */
    private static String time(Instant at) {
        return at.truncatedTo(ChronoUnit.MILLIS).plusNanos(1).toString().substring(0, 23) + "Z";
    }
}
