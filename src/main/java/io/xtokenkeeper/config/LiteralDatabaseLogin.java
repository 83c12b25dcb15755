package io.xtokenkeeper.config;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.Expressions;
import jakarta.annotation.Priority;
import java.io.IOException;
import java.util.Set;

/**
 * Makes Quarkus read the database settings literally: SmallRye would expand a {@code $}. A password may also be read from a
 * file, which the property with {@code -file} appended names ({@code QUARKUS_DATASOURCE_PASSWORD_FILE}).
 * {@link ConfigReader} reports the errors of such a file; here an unreadable file means that there is no password.
 */
@Priority(LiteralDatabaseLogin.PRIORITY)
public final class LiteralDatabaseLogin implements ConfigSourceInterceptor {
    /** Before the interceptor that expands expressions (3300). */
    static final int PRIORITY = 4_000;

    static final Set<String> PASSWORDS = Set.of("quarkus.datasource.password", "quarkus.flyway.password");
    static final String FILE = "-file";

    private static final Set<String> LITERAL = Set.of(
            "quarkus.datasource.jdbc.url",
            "quarkus.datasource.username",
            "quarkus.flyway.jdbc-url",
            "quarkus.flyway.username",
            "keeper.database.direct-url");

    private static final long serialVersionUID = 1L;

    @Override
    public ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        if (PASSWORDS.contains(name)) {
            var written = literal(context, name);
            var fromFile = isNothing(written) ? fromFile(context, name) : null;
            return fromFile == null ? written : fromFile;
        }
        return LITERAL.contains(name) ? literal(context, name) : context.proceed(name);
    }

    private static ConfigValue fromFile(ConfigSourceInterceptorContext context, String name) {
        var file = literal(context, name + FILE);
        if (isNothing(file)) {
            return null;
        }
        try {
            var password = SecretFile.read(file.getValue());
            return file.from()
                    .withName(name)
                    .withValue(password)
                    .withRawValue(password)
                    .build();
        } catch (IOException | IllegalArgumentException e) {
            return null;
        }
    }

    private static ConfigValue literal(ConfigSourceInterceptorContext context, String name) {
        return Expressions.withoutExpansion(() -> context.proceed(name));
    }

    private static boolean isNothing(ConfigValue value) {
        return value == null || value.getValue() == null || value.getValue().isBlank();
    }
}
