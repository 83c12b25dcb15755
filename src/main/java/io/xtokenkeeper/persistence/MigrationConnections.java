package io.xtokenkeeper.persistence;

import io.quarkus.flyway.FlywayConfigurationCustomizer;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/**
 * Makes Flyway connect past a connection pooler if a direct URL or a URL of its own is set, and with a role of its own if
 * one is set. Migrations work through a pooler too: Flyway's lock is bound to a transaction
 * ({@code flyway.postgresql.transactional.lock}), and its statements are not prepared.
 */
@Singleton
class MigrationConnections implements FlywayConfigurationCustomizer {
    /** Never connected to. */
    private static final String ANY_URL = "jdbc:postgresql:";

    private final DirectConnections connections;
    private final Optional<String> url;
    private final Optional<String> username;
    private final Optional<String> password;

    MigrationConnections(
            DirectConnections connections,
            @ConfigProperty(name = "quarkus.flyway.jdbc-url") Optional<String> url,
            @ConfigProperty(name = "quarkus.flyway.username") Optional<String> username,
            @ConfigProperty(name = "quarkus.flyway.password") Optional<String> password) {
        this.connections = connections;
        this.url = url;
        this.username = username;
        this.password = password;
    }

    @Override
    public void customize(FluentConfiguration flyway) {
        connections.forMigrations(url, username, password).ifPresent(own -> {
            // Flyway would expand ${…} in a login that it holds itself
            flyway.dataSource(ANY_URL, "", "");
            flyway.dataSource(own);
        });
    }
}
