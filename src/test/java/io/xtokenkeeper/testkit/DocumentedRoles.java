package io.xtokenkeeper.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.Map;
import java.util.regex.Pattern;

/** A database whose roles are created exactly as docs/operations.md describes: an owner, and one for the running service. */
public final class DocumentedRoles {
    private final String url;

    private DocumentedRoles(String url) {
        this.url = url;
    }

    /** Runs the statements of the section "Database roles" on this server. */
    public static DocumentedRoles create(TestPostgres server) {
        for (var statement : documented().split(";")) {
            if (!statement.isBlank()) {
                server.update(statement);
            }
        }
        return new DocumentedRoles(server.url().replaceAll("/postgres$", "/keeper"));
    }

    private static String documented() {
        try {
            var page = Files.readString(Path.of("docs/operations.md"));
            var section = page.substring(page.indexOf("## Database roles"));
            var sql = Pattern.compile("```sql\n(.*?)```", Pattern.DOTALL).matcher(section);
            assertThat(sql.find()).isTrue();
            return sql.group(1).replaceAll("--[^\n]*", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Changes a replica's settings so that it uses this database, and runs the migrations as the owner. */
    public void use(Map<String, String> settings) {
        settings.put("QUARKUS_DATASOURCE_JDBC_URL", url);
        settings.put("QUARKUS_DATASOURCE_USERNAME", "keeper");
        settings.put("QUARKUS_DATASOURCE_PASSWORD", "one-password");
        settings.put("QUARKUS_FLYWAY_USERNAME", "keeper_owner");
        settings.put("QUARKUS_FLYWAY_PASSWORD", "another-password");
    }

    public TestSql asService() {
        return new TestSql((TestSql.Connections) () -> DriverManager.getConnection(url, "keeper", "one-password"));
    }

    public TestSql asOwner() {
        return new TestSql(
                (TestSql.Connections) () -> DriverManager.getConnection(url, "keeper_owner", "another-password"));
    }
}
