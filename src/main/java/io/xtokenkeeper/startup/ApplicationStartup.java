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
 * Starts the service in order: settings, schema, data keys, then background work. Each step is an observer of its own, whose
 * parameters are created after the previous step has ended. A step that fails throws a {@link ConfigurationException} with a
 * clear message: Quarkus prints it without a stack trace and exits with status 1.
 */
class ApplicationStartup {
    private static final Logger LOG = Logger.getLogger(ApplicationStartup.class);
    /** Before the scheduler, which reads the settings too. */
    private static final int FIRST = Interceptor.Priority.PLATFORM_BEFORE - 10;

    /** @param settings validated when they are created */
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

    @SuppressWarnings("UnusedVariable") // injected to load the data keys, which needs the right master key
    void openKeys(@Observes @Priority(FIRST + 2) StartupEvent event, EnvelopeCipher cipher) {}

    /** @param apiKeys loaded when it is created, which must not happen on an event loop */
    @SuppressWarnings("UnusedVariable")
    void work(
            @Observes @Priority(FIRST + 3) StartupEvent event,
            @CommandLineArguments String[] command,
            ApiKeyCache apiKeys,
            NotificationListener listener,
            RefreshScheduler refreshes,
            Scheduler scheduler) {
        if (command.length > 0) {
            // a command was given, and nothing else may run beside it
            return;
        }
        listener.start();
        // after a long downtime the first scheduled run would be too late
        refreshes.wake();
        if (scheduler.isStarted()) {
            scheduler.resume();
        }
    }
}
