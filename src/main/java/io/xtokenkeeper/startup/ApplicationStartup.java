package io.xtokenkeeper.startup;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.annotations.CommandLineArguments;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.scheduler.Scheduler;
import io.xtokenkeeper.account.NotificationListener;
import io.xtokenkeeper.config.ConfigReader;
import io.xtokenkeeper.config.Settings;
import io.xtokenkeeper.encryption.EnvelopeCipher;
import io.xtokenkeeper.persistence.SampleClock;
import io.xtokenkeeper.refresh.RefreshScheduler;
import io.xtokenkeeper.security.ApiKeyCache;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jboss.logging.Logger;

/**
 * Starts things in order: settings, schema, keys, then the work. Each step is an observer of its own, whose parameters are made
 * when the step before is done. Each says clearly why it cannot: Quarkus prints a {@link ConfigurationException} without a
 * stack trace before it exits with status 1.
 */
class ApplicationStartup {
    private static final Logger LOG = Logger.getLogger(ApplicationStartup.class);
    /** Before the scheduler, which reads the settings too. */
    private static final int FIRST = Interceptor.Priority.PLATFORM_BEFORE - 10;

    /** @param settings checked while they are made */
    void checkSettings(@Observes @Priority(FIRST) StartupEvent event, Settings settings) {
        ConfigReader.unknown(System.getenv().keySet())
                .forEach(name -> LOG.warnf("%s is no setting of this service: is it misspelt?", name));
        LOG.infof(
                "at X this app is a %s",
                settings.app().clientSecret().isPresent()
                        ? "confidential client"
                        : "public client, without CLIENT_SECRET");
    }

    void migrate(
            @Observes @Priority(FIRST + 1) StartupEvent event, SchemaHistory schema, Flyway flyway, SampleClock clock) {
        schema.encodingProblem().ifPresent(problem -> {
            throw new ConfigurationException("x-token-keeper cannot start: " + problem);
        });
        if (!schema.isComplete()) {
            try {
                flyway.migrate();
            } catch (FlywayException e) {
                LOG.debug("the database is not ready", e);
                throw new ConfigurationException(
                        "x-token-keeper cannot start: the database is not ready: " + e.getMessage());
            }
        }
        clock.start();
    }

    @SuppressWarnings("UnusedVariable") // made for it, with the data keys that the master key opens
    void openKeys(@Observes @Priority(FIRST + 2) StartupEvent event, EnvelopeCipher cipher) {}

    /** @param apiKeys loaded while they are made, which no event loop may do */
    @SuppressWarnings("UnusedVariable")
    void work(
            @Observes @Priority(FIRST + 3) StartupEvent event,
            @CommandLineArguments String[] command,
            ApiKeyCache apiKeys,
            NotificationListener listener,
            RefreshScheduler refreshes,
            Scheduler scheduler) {
        if (command.length > 0) {
            // it does what it was asked to, and nothing is to happen beside that
            return;
        }
        listener.start();
        // the timer's own first tick would be late after a long absence
        refreshes.wake();
        if (scheduler.isStarted()) {
            scheduler.resume();
        }
    }
}
