package io.xtokenkeeper.app;

import io.quarkus.runtime.configuration.ConfigUtils;
import io.smallrye.config.SmallRyeConfig;
import io.xtokenkeeper.cli.Doctor;
import io.xtokenkeeper.cli.Finding;
import io.xtokenkeeper.vault.StoreException;
import io.xtokenkeeper.vault.VisitDatabase;
import io.xtokenkeeper.x.TokenAnswer;
import io.xtokenkeeper.x.VisitX;
import io.xtokenkeeper.x.XApp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;

/** Looks at what the service would start with, from the same sources, without starting it. */
final class ExamineSetup implements Doctor {
    private static final String DATASOURCE = "quarkus.datasource.";
    /** A {@code Date} has whole seconds, and answers take a while. */
    private static final Duration SLACK = Duration.ofSeconds(5);

    private final InstantSource clock = InstantSource.system();

    @Override
    public void examine(boolean probeCredentials, Consumer<Finding> told) {
        var config = read();
        var keeper = config.getConfigMapping(KeeperConfig.class);
        var url = config.getOptionalValue(DATASOURCE + "jdbc.url", String.class)
                .filter(configured -> !configured.equals(Beans.NO_DATABASE));
        var settings = settings(keeper, url, told);
        url.ifPresent(known -> told.accept(database(known, config)));
        told.accept(journal(keeper.journal()));
        settings.ifPresentOrElse(
                good -> x(good, probeCredentials, told),
                () -> told.accept(Finding.warn("X", "not asked: mend the configuration first")));
    }

    /** As the service reads it: its own file, the environment, {@code .env}, {@code config/application.properties}. */
    private static SmallRyeConfig read() {
        return ConfigUtils.configBuilder()
                .withProfile("prod")
                .withMapping(KeeperConfig.class)
                .withValidateUnknown(false)
                .build();
    }

    private static Optional<Settings> settings(KeeperConfig config, Optional<String> url, Consumer<Finding> told) {
        try {
            var settings = new CheckSettings(config).check(url);
            told.accept(Finding.ok(
                    "configuration", "complete; scopes " + settings.app().scopes()));
            return Optional.of(settings);
        } catch (BadSettingsException e) {
            e.lines().forEach(line -> told.accept(Finding.fail("configuration", line)));
            return Optional.empty();
        }
    }

    private Finding database(String url, SmallRyeConfig config) {
        var login = new Properties();
        config.getOptionalValue(DATASOURCE + "username", String.class).ifPresent(user -> login.put("user", user));
        config.getOptionalValue(DATASOURCE + "password", String.class).ifPresent(word -> login.put("password", word));
        login.put("connectTimeout", "5");
        login.put("socketTimeout", "30");
        try {
            var seen = new VisitDatabase(url, login).look();
            if (seen.readOnly()) {
                return Finding.fail("database", "is a read-only standby: give the address of the primary");
            }
            var schema = seen.schema()
                    .map(version -> "schema version " + version)
                    .orElse("empty: the first start makes the schema");
            return drift(seen.time())
                    .map(drift -> Finding.warn(
                            "database",
                            schema + "; its clock differs from this machine's by " + drift + ": let both follow NTP"))
                    .orElseGet(() -> Finding.ok("database", schema + "; its clock agrees with ours"));
        } catch (StoreException e) {
            return Finding.fail(
                    "database",
                    e.getMessage().replaceAll("\\s+", " ")
                            + ": see QUARKUS_DATASOURCE_JDBC_URL, _USERNAME and _PASSWORD");
        }
    }

    private static Finding journal(String written) {
        try {
            var folder = Path.of(written.strip()).toAbsolutePath();
            if (Files.isDirectory(folder)) {
                // permissions do not tell of a disk that is read-only or full
                Files.delete(Files.write(Files.createTempFile(folder, ".doctor", ""), new byte[1]));
                return Finding.ok("journal", folder + " can be written");
            }
            return !Files.exists(folder) && Files.isWritable(folder.getParent())
                    ? Finding.ok("journal", folder + " is made at the first start")
                    : Finding.fail(
                            "journal",
                            folder + " is no folder and cannot be made one: make it, for the service's user");
        } catch (IOException | InvalidPathException e) {
            return Finding.fail(
                    "journal",
                    "KEEPER_JOURNAL cannot be written (" + e.getClass().getSimpleName()
                            + "): give the service's user a folder with space that outlives it");
        }
    }

    private void x(Settings settings, boolean probeCredentials, Consumer<Finding> told) {
        var visit = new VisitX(settings.hosts());
        try {
            var time = visit.time();
            told.accept(Finding.ok("X", settings.hosts().api() + " answers"));
            told.accept(time.map(this::clock).orElseGet(() -> Finding.warn("clock", "X sent no Date to compare with")));
            if (probeCredentials) {
                told.accept(credentials(visit, settings.app()));
            }
        } catch (IOException e) {
            told.accept(Finding.fail(
                    "X",
                    "no answer from " + settings.hosts().api() + " ("
                            + e.getClass().getSimpleName() + "): let this machine out to it, or see KEEPER_X_API_URL"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Finding clock(Instant atX) {
        return drift(atX)
                .map(drift -> Finding.warn("clock", "differs from X's by " + drift + ": let this machine follow NTP"))
                .orElseGet(() -> Finding.ok("clock", "agrees with X's"));
    }

    private Finding credentials(VisitX visit, XApp app) throws IOException, InterruptedException {
        return switch (visit.credentials(app, clock.instant())) {
            case TokenAnswer.GrantDead(var hint) -> Finding.ok("credentials", "X knows this app");
            case TokenAnswer.AppRefused(var hint) ->
                Finding.fail("credentials", "X refuses this app (" + hint + "): see CLIENT_ID and CLIENT_SECRET");
            case TokenAnswer.Later(var hint, var at, var limited) ->
                Finding.warn("credentials", "X does not say now (" + hint + "): try again later");
            case TokenAnswer.Granted granted -> unclear("granted what was no token");
            case TokenAnswer.Unknown(var hint) -> unclear(hint);
            case TokenAnswer.Refused(var status, var hint) -> unclear(hint);
        };
    }

    private static Finding unclear(String hint) {
        return Finding.warn("credentials", "X's answer says nothing about them (" + hint + "): is KEEPER_X_API_URL X?");
    }

    private Optional<String> drift(Instant theirs) {
        var drift = Duration.between(theirs, clock.instant()).abs();
        return drift.compareTo(SLACK) > 0 ? Optional.of(drift.toSeconds() + " s") : Optional.empty();
    }
}
