package io.xtokenkeeper.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Writes what every fault of this run cost to {@code target/faults.md} and, row by row, to the console. */
final class FaultTable {
    private static final Path FILE = Path.of("target/faults.md");
    private static final List<Row> ROWS = new ArrayList<>();

    private FaultTable() {}

    /**
     * @param tries calls of that endpoint
     * @param expected losses that cannot be prevented: X processed the call and its response never arrived
     * @param spentTwice refresh tokens sent again though there was no need to find out whether they were spent
     */
    record Row(String where, String fault, long tries, long grants, long lost, long expected, long spentTwice) {
        private String line() {
            return "| %s | %s | %d | %d | %d | %d | %d |"
                    .formatted(where, fault, tries, grants, lost, expected, spentTwice);
        }
    }

    static synchronized void add(Row row) {
        ROWS.add(row);
        System.out.println(row.line());
        var lines = new ArrayList<>(List.of(
                "| where | fault | requests | grants before | grants lost | expected | spent twice |",
                "|---|---|---:|---:|---:|---:|---:|"));
        ROWS.stream()
                .sorted(Comparator.comparing(Row::where).thenComparing(Row::fault))
                .map(Row::line)
                .forEach(lines::add);
        try {
            Files.write(FILE, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
