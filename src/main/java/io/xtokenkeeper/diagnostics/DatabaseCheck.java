package io.xtokenkeeper.diagnostics;

import io.xtokenkeeper.cli.CheckResult;
import io.xtokenkeeper.config.Settings;
import io.xtokenkeeper.encryption.DecryptionException;
import io.xtokenkeeper.encryption.KeyRing;
import io.xtokenkeeper.encryption.WrappedKey;
import io.xtokenkeeper.encryption.WrongMasterKeyException;
import io.xtokenkeeper.persistence.DatabaseException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;

/**
 * Checks the database that the service would use: whether it is available, which schema version it has, and whether the
 * master key decrypts its data keys.
 */
final class DatabaseCheck {
    private static final String PAST_POOLER = "KEEPER_DATABASE_DIRECT_URL";

    private final String url;
    private final Optional<String> directUrl;
    private final Properties login;
    private final ClockSkewCheck clocks;

    /** @param directUrl past a connection pooler */
    DatabaseCheck(String url, Optional<String> directUrl, Properties login, InstantSource clock) {
        this.url = url;
        this.directUrl = directUrl;
        this.login = login;
        this.clocks = new ClockSkewCheck(clock);
    }

    void examine(Optional<Settings> settings, Consumer<CheckResult> report) {
        try {
            var seen = new DatabaseProbe(url, login).look();
            report.accept(database(seen));
            directUrl
                    .map(direct -> direct(direct, seen))
                    .or(() -> Optional.of(CheckResult.ok(
                                    "connection pooler",
                                    "works; " + PAST_POOLER + " would have tokens handed out of memory"))
                            .filter(any -> seen.pooled()))
                    .ifPresent(report);
            settings.filter(good -> !seen.dataKeys().isEmpty())
                    .ifPresent(good -> report.accept(masterKey(good, seen.dataKeys())));
        } catch (DatabaseException e) {
            report.accept(CheckResult.fail(
                    "database",
                    e.getMessage().replaceAll("\\s+", " ")
                            + ": see QUARKUS_DATASOURCE_JDBC_URL, _USERNAME and _PASSWORD"));
        }
    }

    private CheckResult direct(String direct, DatabaseProbe.Seen seen) {
        try {
            var past = new DatabaseProbe(direct, login).look();
            if (past.pooled()) {
                return CheckResult.warn(
                        PAST_POOLER, "goes through a connection pooler: name the database server itself");
            }
            return past.database().equals(seen.database())
                    ? CheckResult.ok(PAST_POOLER, "leads to the same database, past any pooler")
                    : CheckResult.warn(PAST_POOLER, "leads to another database than QUARKUS_DATASOURCE_JDBC_URL");
        } catch (DatabaseException e) {
            return CheckResult.warn(PAST_POOLER, e.getMessage().replaceAll("\\s+", " ") + ": changes would be polled");
        }
    }

    private CheckResult database(DatabaseProbe.Seen seen) {
        if (seen.readOnly()) {
            return CheckResult.fail("database", "is a read-only standby: give the address of the primary");
        }
        var problem = DatabaseProbe.encodingProblem(seen.encoding());
        if (problem.isPresent()) {
            return CheckResult.fail("database", problem.get());
        }
        var schema = seen.schema().map(DatabaseCheck::schema).orElse("empty: the first start makes the schema");
        if (seen.schema()
                .filter(version -> version > DatabaseProbe.NEWEST_SCHEMA)
                .isPresent()) {
            return CheckResult.warn("database", schema + "; start the version that made it, or a newer one");
        }
        return clocks.drift(seen.time())
                .map(drift -> CheckResult.warn(
                        "database",
                        schema + "; its clock differs from this machine's by " + drift + ": let both follow NTP"))
                .orElseGet(() -> CheckResult.ok("database", schema + "; its clock agrees with ours"));
    }

    private static String schema(int version) {
        var newest = DatabaseProbe.NEWEST_SCHEMA;
        if (version == newest) {
            return "schema version " + version;
        }
        return version < newest
                ? "schema version " + version + ", which the next start takes to " + newest
                : "schema version " + version + ", newer than the " + newest + " that this program knows";
    }

    private static CheckResult masterKey(Settings settings, List<WrappedKey> dataKeys) {
        try {
            KeyRing.check(dataKeys, settings.masterKey(), settings.previousMasterKey());
            return CheckResult.ok("master key", "opens all data keys, of which there are " + dataKeys.size());
        } catch (WrongMasterKeyException | DecryptionException e) {
            return CheckResult.fail("master key", e.getMessage());
        }
    }
}
