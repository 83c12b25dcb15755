package io.xtokenkeeper.testkit;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import java.sql.SQLException;
import java.time.Duration;
import org.flywaydb.core.Flyway;

/** Connection pools like the service's. */
public final class Databases {
    private Databases() {}

    public static AgroalDataSource of(TestPostgres postgres) {
        return pool(postgres.url());
    }

    /** Gives an empty database the service's schema. */
    static void migrate(TestPostgres postgres) {
        Flyway.configure()
                .dataSource(postgres.url(), "postgres", "postgres")
                .load()
                .migrate();
    }

    /** An unavailable database. */
    public static AgroalDataSource away() {
        return pool("jdbc:postgresql://127.0.0.1:1/none");
    }

    private static AgroalDataSource pool(String url) {
        try {
            return AgroalDataSource.from(new AgroalDataSourceConfigurationSupplier()
                    .connectionPoolConfiguration(pool -> pool.maxSize(24)
                            .acquisitionTimeout(Duration.ofSeconds(10))
                            .connectionFactoryConfiguration(factory -> factory.jdbcUrl(url)
                                    .principal(new NamePrincipal("postgres"))
                                    .credential(new SimplePassword("postgres")))));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
