package io.xtokenkeeper.diagnostics;

import io.quarkus.runtime.configuration.ConfigUtils;
import io.smallrye.config.SmallRyeConfig;
import io.xtokenkeeper.cli.AfterRestore;
import io.xtokenkeeper.cli.CheckResult;
import io.xtokenkeeper.cli.Doctor;
import io.xtokenkeeper.config.ConfigConstraints;
import io.xtokenkeeper.config.ConfigReader;
import io.xtokenkeeper.config.InvalidConfigException;
import io.xtokenkeeper.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Runs the checks of {@code keeper doctor} with the configuration of the service, from the same sources, without starting
 * it.
 */
public final class Diagnostics implements Doctor {
    private static final String DATASOURCE = "quarkus.datasource.";

    private final InstantSource clock = InstantSource.system();

    @Override
    public void examine(boolean probeCredentials, Consumer<CheckResult> report) {
        var config = read();
        var written = ConfigReader.literally(config);
        var settings = settings(written, report);
        Settings.datasourceUrl(
                        name -> config.getOptionalValue(name, String.class).orElse(null))
                .ifPresent(known ->
                        new DatabaseCheck(known, directUrl(config), login(config), clock).examine(settings, report));
        settings.ifPresentOrElse(
                good -> {
                    report.accept(journal(good.journal().folder().toAbsolutePath()));
                    new XConnectivityCheck(good, clock).examine(probeCredentials, report);
                    good.openId()
                            .provider()
                            .ifPresent(provider ->
                                    new OpenIdProviderCheck(good.egress()).examine(provider.issuer(), report));
                },
                () -> report.accept(CheckResult.warn("X", "not checked: fix the configuration first")));
    }

    @Override
    public int restoredAccountsCheck(AfterRestore params) {
        return RestoredAccountsCheck.run(params);
    }

    /** The sources of the service: its own file, the environment, {@code .env}, {@code config/application.properties}. */
    private static SmallRyeConfig read() {
        return ConfigUtils.configBuilder().withProfile("prod").build();
    }

    private static Optional<Settings> settings(UnaryOperator<String> written, Consumer<CheckResult> report) {
        try {
            var settings = Settings.of(written, ConfigConstraints.VALIDATOR);
            ConfigReader.unknown(System.getenv().keySet())
                    .forEach(name -> report.accept(CheckResult.warn(
                            "configuration", name + " is no setting of this service: is it misspelt?")));
            report.accept(CheckResult.ok(
                    "configuration", "complete; scopes " + settings.app().scopes()));
            return Optional.of(settings);
        } catch (InvalidConfigException e) {
            e.lines().forEach(line -> report.accept(CheckResult.fail("configuration", line)));
            return Optional.empty();
        }
    }

    /** User and password, as Quarkus reads them. */
    private static Properties login(SmallRyeConfig config) {
        var login = new Properties();
        config.getOptionalValue(DATASOURCE + "username", String.class).ifPresent(user -> login.put("user", user));
        config.getOptionalValue(DATASOURCE + "password", String.class).ifPresent(word -> login.put("password", word));
        login.put("connectTimeout", "5");
        login.put("socketTimeout", "30");
        return login;
    }

    private static Optional<String> directUrl(SmallRyeConfig config) {
        return config.getOptionalValue("keeper.database.direct-url", String.class)
                .map(String::strip)
                .filter(url -> !url.isEmpty());
    }

    private static CheckResult journal(Path folder) {
        try {
            if (Files.isDirectory(folder)) {
                // permissions do not show that a disk is read-only or full
                Files.delete(Files.write(Files.createTempFile(folder, ".doctor", ""), new byte[1]));
                return CheckResult.ok("journal", folder + " can be written");
            }
            return !Files.exists(folder) && Files.isWritable(folder.getParent())
                    ? CheckResult.ok("journal", folder + " is made at the first start")
                    : CheckResult.fail(
                            "journal",
                            folder + " is no folder and cannot be made one: make it, for the service's user");
        } catch (IOException e) {
            return CheckResult.fail(
                    "journal",
                    "KEEPER_JOURNAL cannot be written (" + e.getClass().getSimpleName()
                            + "): give the service's user a folder with space that outlives it");
        }
    }
}
