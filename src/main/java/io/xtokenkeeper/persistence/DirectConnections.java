package io.xtokenkeeper.persistence;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.AgroalConnectionFactoryConfiguration;
import io.agroal.api.configuration.AgroalDataSourceConfiguration.DataSourceImplementation;
import io.agroal.api.configuration.supplier.AgroalConnectionFactoryConfigurationSupplier;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import jakarta.inject.Singleton;
import java.security.Principal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Opens connections outside the pool, for what needs a session of its own: past a connection pooler, if
 * {@code KEEPER_DATABASE_DIRECT_URL} is set, or with another database role. Driver properties are those of the pool.
 */
@Singleton
public class DirectConnections {
    private static final int MAX_CONNECTIONS = 8;

    private final AgroalDataSource pool;
    private final Optional<String> url;

    /** @param url not from the validated settings: Flyway is created before those */
    DirectConnections(
            AgroalDataSource pool, @ConfigProperty(name = "keeper.database.direct-url") Optional<String> url) {
        this.pool = pool;
        this.url = url.filter(written -> !written.isBlank()).map(String::strip);
    }

    /** Whether there is a URL past a connection pooler. */
    public boolean areConfigured() {
        return url.isPresent();
    }

    /** A new connection past a connection pooler; closing it ends its session. */
    public Connection open() throws SQLException {
        var theirs = configuration();
        return unpooled(factory(url.orElseThrow(), theirs.principal(), theirs.credentials()))
                .getConnection();
    }

    /**
     * The data source for migrations; empty if they use the pool.
     *
     * @param ownUrl the database's URL, for migrations only
     * @param username with {@code password}, the role that migrates
     */
    Optional<DataSource> forMigrations(Optional<String> ownUrl, Optional<String> username, Optional<String> password) {
        var hasRole = username.isPresent() && password.isPresent();
        if (ownUrl.isEmpty() && url.isEmpty() && !hasRole) {
            return Optional.empty();
        }
        var theirs = configuration();
        var address = ownUrl.or(() -> url).orElseGet(theirs::jdbcUrl);
        var factory = hasRole
                ? factory(address, new NamePrincipal(username.get()), List.of(new SimplePassword(password.get())))
                : factory(address, theirs.principal(), theirs.credentials());
        // this URL may lead through a pooler too
        return Optional.of(unpooled(factory.jdbcProperty("prepareThreshold", "0")));
    }

    private AgroalConnectionFactoryConfiguration configuration() {
        return pool.getConfiguration().connectionPoolConfiguration().connectionFactoryConfiguration();
    }

    private AgroalConnectionFactoryConfigurationSupplier factory(
            String address, Principal principal, Collection<?> credentials) {
        var theirs = configuration();
        var factory = new AgroalConnectionFactoryConfigurationSupplier()
                .connectionProviderClass(theirs.connectionProviderClass())
                .jdbcUrl(address)
                .principal(principal);
        credentials.forEach(factory::credential);
        theirs.jdbcProperties().forEach((name, value) -> factory.jdbcProperty(name.toString(), value.toString()));
        return factory;
    }

    private static AgroalDataSource unpooled(AgroalConnectionFactoryConfigurationSupplier factory) {
        try {
            return AgroalDataSource.from(new AgroalDataSourceConfigurationSupplier()
                    .dataSourceImplementation(DataSourceImplementation.AGROAL_POOLLESS)
                    .connectionPoolConfiguration(
                            pool -> pool.maxSize(MAX_CONNECTIONS).connectionFactoryConfiguration(any -> factory)));
        } catch (SQLException e) {
            throw new DatabaseException("preparing a connection", e);
        }
    }
}
