package io.xtokenkeeper.app;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.annotations.CommandLineArguments;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.scheduler.Scheduler;
import io.xtokenkeeper.account.ListenForChanges;
import io.xtokenkeeper.encryption.DecryptionException;
import io.xtokenkeeper.encryption.EnvelopeCipher;
import io.xtokenkeeper.encryption.WrongMasterKeyException;
import io.xtokenkeeper.persistence.SampleClock;
import io.xtokenkeeper.refresh.SweepDueAccounts;
import io.xtokenkeeper.security.KeyRegistry;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.interceptor.Interceptor;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jboss.logging.Logger;

/** Starts things in order: settings, database, schema, keys, then the work. Each says clearly why it cannot. */
class Start {
    private static final Logger LOG = Logger.getLogger(Start.class);
    /** Before the scheduler, which reads the settings too. */
    private static final int FIRST = Interceptor.Priority.PLATFORM_BEFORE - 1;

    void start(
            @Observes @Priority(FIRST) StartupEvent event,
            @CommandLineArguments String[] command,
            Instance<Settings> settings,
            Instance<SchemaHistory> schema,
            Instance<Flyway> flyway,
            Instance<SampleClock> clock,
            Instance<EnvelopeCipher> sealer,
            Instance<KeyRegistry> apiKeys,
            Instance<ListenForChanges> listener,
            Instance<SweepDueAccounts> refreshes,
            Instance<Scheduler> scheduler) {
        try {
            settings.get();
            schema.get().encodingProblem().ifPresent(problem -> {
                throw stop("x-token-keeper cannot start: " + problem);
            });
            if (!schema.get().isComplete()) {
                flyway.get().migrate();
            }
            clock.get().start();
            sealer.get();
            if (command.length > 0) {
                // it does what it was asked to, and nothing is to happen beside that
                return;
            }
            // loads them, which no event loop may do
            apiKeys.get();
            listener.get().start();
            // the timer's own first tick would be late after a long absence
            refreshes.get().wake();
            if (scheduler.get().isStarted()) {
                scheduler.get().resume();
            }
        } catch (BadSettingsException | WrongMasterKeyException e) {
            throw stop(e.getMessage());
        } catch (DecryptionException e) {
            throw stop("x-token-keeper cannot start: " + e.getMessage());
        } catch (FlywayException e) {
            LOG.debug("the database is not ready", e);
            throw stop("x-token-keeper cannot start: the database is not ready: " + e.getMessage());
        }
    }

    /** The one exception that Quarkus prints without a stack trace before it exits with status 1. */
    private static ConfigurationException stop(String message) {
        return new ConfigurationException(message);
    }
}
