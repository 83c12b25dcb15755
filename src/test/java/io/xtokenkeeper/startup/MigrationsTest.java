package io.xtokenkeeper.startup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** During an update, replicas of two versions use one schema, so a migration may only add to it. */
class MigrationsTest {
    private static final Path FOLDER = Path.of("src/main/resources/db/migration");
    /** Statements that would break a replica of the previous version. */
    private static final List<Pattern> TAKES_AWAY = Stream.of(
                    "\\bdrop (table|column|function|type|schema)\\b",
                    "\\brename\\b",
                    "\\balter column \\w+ (set data )?type\\b",
                    "\\bset not null\\b",
                    "\\badd (column )?\\w+ [^,;]*\\bnot null\\b(?![^,;]*\\bdefault\\b)",
                    "\\btruncate\\b")
            .map(Pattern::compile)
            .toList();

    static Stream<Path> afterTheFirst() throws IOException {
        try (var files = Files.list(FOLDER)) {
            return files
                    .filter(file -> file.getFileName().toString().matches("V\\d+__.*"))
                    .filter(file -> !file.getFileName().toString().startsWith("V1__"))
                    .toList()
                    .stream();
        }
    }

    private static boolean takesAway(String sql) {
        var plain = sql.toLowerCase(Locale.ROOT).replaceAll("--[^\n]*", " ").replaceAll("\\s+", " ");
        return TAKES_AWAY.stream().anyMatch(pattern -> pattern.matcher(plain).find());
    }

    @ParameterizedTest
    @MethodSource("afterTheFirst")
    void aMigrationOnlyAdds(Path migration) throws IOException {
        assertThat(takesAway(Files.readString(migration))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alter table account drop column name",
                "alter table account\n  rename column name to title",
                "alter table account alter column fence type int",
                "alter table account add column note text not null",
                "drop table account"
            })
    void whatTakesAwayIsSeen(String sql) {
        assertThat(takesAway(sql)).isTrue();
    }

    @Test
    void whatAddsPasses() {
        assertThat(takesAway("alter table account add column note text not null default ''; drop index account_due"))
                .isFalse();
    }
}
