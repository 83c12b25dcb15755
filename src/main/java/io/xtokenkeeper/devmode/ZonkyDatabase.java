package io.xtokenkeeper.devmode;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The embedded PostgreSQL of io.zonky.test, an optional dependency. */
public class ZonkyDatabase implements EmbeddedDatabase {
    @Override
    @SuppressWarnings("resource") // it runs until this process ends and is stopped by its own shutdown hook
    public String start() {
        try {
            return EmbeddedPostgres.builder()
                    .setServerConfig("max_connections", "200")
                    .start()
                    .getJdbcUrl("postgres", "postgres");
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the embedded PostgreSQL does not start; set QUARKUS_DATASOURCE_JDBC_URL", e);
        }
    }
}
