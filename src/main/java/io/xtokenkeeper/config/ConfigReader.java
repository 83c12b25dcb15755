package io.xtokenkeeper.config;

import io.smallrye.config.ConfigMappings;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.Expressions;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.validator.BeanValidationConfigValidator;
import jakarta.validation.Validator;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Reads {@link KeeperConfig} from all configuration sources: environment, files, system properties. Values are taken
 * literally, so that no secret loses a {@code $}; only surrounding blanks are removed; a blank value is treated as unset.
 */
public final class ConfigReader {
    private static final String PREFIX = "keeper";
    private static final String FILE = "_FILE";
    private static final String NO_PROXY = "NO_PROXY";

    /** The variables whose name is not the property's name in capitals. */
    private static final Map<String, String> NAMES = Map.of(
            "keeper.x.client-id", "CLIENT_ID",
            "keeper.x.client-secret", "CLIENT_SECRET",
            "keeper.x.redirect-uri", "REDIRECT_URI",
            "keeper.x.scopes", "SCOPES",
            "keeper.no-proxy", NO_PROXY);

    /** Settings that may be read from a file, which the variable of the same name with {@value #FILE} names. */
    private static final Set<String> SECRETS = Set.of(
            "keeper.x.client-secret",
            "keeper.master-key",
            "keeper.master-key-previous",
            "keeper.admin-key",
            "keeper.openid.client-secret",
            "keeper.http-proxy");

    /** Settings that the scheduler and the REST client read too, which do not treat a blank value as unset. */
    private static final List<String> READ_BY_QUARKUS = List.of("keeper.refresh.every", "keeper.x.api-url");

    /** SmallRye's message for a value that a converter rejected; below it that for a violated constraint. */
    private static final Pattern REFUSED = Pattern.compile(
            ".*The config property (\\S+) with the config value \"(?s:.*)\" threw an Exception whilst being converted"
                    + " (?s:(.*))");

    private static final Pattern VIOLATED = Pattern.compile("(" + PREFIX + "\\.\\S+) (.*)");

    /**
     * Variables that dev mode, the command line and Compose read, and that Kubernetes sets for a service with the name
     * keeper.
     */
    private static final Pattern OF_OTHERS =
            Pattern.compile("KEEPER_(DEV_.*|URL|KEY|JAR|ENV_FILE|SECRETS|TAG|DOCKERFILE|SERVICE_.*|PORT(_.*)?)");

    private final UnaryOperator<String> written;
    private final Validator validator;
    private final ConfigErrors findings;
    private final Set<String> refused = new HashSet<>();
    private final Map<String, String> fromFiles = new HashMap<>();

    /**
     * @param written returns the value of a name, null if it is unset
     * @param findings collects the errors of values that cannot be read
     */
    ConfigReader(UnaryOperator<String> written, Validator validator, ConfigErrors findings) {
        this.written = written;
        this.validator = validator;
        this.findings = findings;
        readFiles();
        READ_BY_QUARKUS.forEach(this::refuseBlanks);
    }

    private void refuseBlanks(String property) {
        var value = written(property);
        if (value != null && (value.isBlank() || !value.equals(value.strip()))) {
            refused.add(property);
            findings.add(name(property), "is blank, or has blanks around it: give it a value alone, or leave it out");
        }
    }

    /** Rejected values have their default here, so that all other errors can be reported in the same run. */
    KeeperConfig read() {
        var config = map();
        if (config.adminKey().isPresent() && value("keeper.admin-key").equals(value("keeper.master-key"))) {
            findings.add(
                    "KEEPER_ADMIN_KEY",
                    "is the same as KEEPER_MASTER_KEY: every caller would have the key to all encrypted values");
        }
        return config;
    }

    private KeeperConfig map() {
        while (true) {
            try {
                return ConfigConverters.register(new SmallRyeConfigBuilder())
                        .withSources(new Written())
                        .withMapping(KeeperConfig.class, PREFIX)
                        .withValidator((BeanValidationConfigValidator) () -> validator)
                        .build()
                        .getConfigMapping(KeeperConfig.class, PREFIX);
            } catch (ConfigValidationException e) {
                for (var i = 0; i < e.getProblemCount(); i++) {
                    refuse(e.getProblem(i).getMessage(), e);
                }
            }
        }
    }

    private void refuse(String problem, ConfigValidationException cause) {
        var conversion = REFUSED.matcher(problem);
        var violation = VIOLATED.matcher(problem);
        String property;
        String line;
        if (conversion.matches()) {
            property = conversion.group(1);
            line = conversion.group(2);
        } else if (violation.matches()) {
            property = violation.group(1);
            // only times and numbers have constraints, and they are not secrets
            line = "is \"" + value(property) + "\": " + violation.group(2);
        } else {
            throw cause;
        }
        if (!refused.add(property)) {
            throw cause;
        }
        findings.add(name(property), line);
    }

    private static String name(String property) {
        return NAMES.getOrDefault(
                property, property.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_'));
    }

    private String value(String property) {
        if (refused.contains(property)) {
            return null;
        }
        var value = fromFiles.containsKey(property) ? fromFiles.get(property) : written(property);
        return value == null || SecretFile.withoutMark(value).isBlank()
                ? null
                : SecretFile.withoutMark(value).strip();
    }

    private String written(String property) {
        // SmallRye itself finds KEEPER_ADMIN_KEY for keeper.admin-key, in the order of its sources
        var value = NAMES.containsKey(property) ? written.apply(name(property)) : null;
        if (value == null && name(property).equals(NO_PROXY)) {
            // other programs read the name in lower case, some of them only that
            value = written.apply(NO_PROXY.toLowerCase(Locale.ROOT));
        }
        return value == null ? written.apply(property) : value;
    }

    private void readFiles() {
        for (var property : SECRETS) {
            var name = name(property);
            var file = NAMES.containsKey(property) ? written.apply(name + FILE) : written.apply(property + "-file");
            if (file == null || file.isBlank()) {
                continue;
            }
            if (value(property) != null) {
                findings.add(name, "and " + name + FILE + " are both set: keep one");
            }
            readFile(property, file)
                    .ifPresentOrElse(text -> fromFiles.put(property, text), () -> refused.add(property));
        }
        for (var property : LiteralDatabaseLogin.PASSWORDS) {
            var file = written.apply(property + LiteralDatabaseLogin.FILE);
            var known = written.apply(property);
            if (file != null
                    && !file.isBlank()
                    && readFile(property, file)
                            .filter(text -> known != null && !known.isBlank() && !known.equals(text))
                            .isPresent()) {
                findings.add(name(property), "and " + name(property) + FILE + " are both set: keep one");
            }
        }
    }

    private Optional<String> readFile(String property, String file) {
        try {
            return Optional.of(SecretFile.read(file));
        } catch (IllegalArgumentException | IOException e) {
            // neither path nor cause is quoted: the path may be the key itself, in the wrong variable
            var isText = e instanceof CharacterCodingException;
            findings.add(
                    name(property),
                    name(property) + FILE,
                    isText
                            ? "names a file that is not UTF-8 (UTF-16, as some editors save it?): save it as UTF-8"
                            : "names a file that cannot be read: give a path, not the key");
            return Optional.empty();
        }
    }

    /** Variables with the prefix of this service that it does not know; most likely their names are misspelt. */
    public static List<String> unknown(Collection<String> variables) {
        var known =
                ConfigMappings.getProperties(ConfigMappings.ConfigClass.configClass(KeeperConfig.class, PREFIX))
                        .keySet()
                        .stream()
                        .map(ConfigReader::name)
                        .collect(Collectors.toSet());
        SECRETS.forEach(secret -> known.add(name(secret) + FILE));
        return variables.stream()
                .filter(name -> name.startsWith("KEEPER_") && !known.contains(name))
                .filter(name -> !OF_OTHERS.matcher(name).matches())
                .sorted()
                .toList();
    }

    /** Values as they are written, without SmallRye's expansion of {@code $}. */
    public static UnaryOperator<String> literally(SmallRyeConfig config) {
        return name ->
                Expressions.withoutExpansion(() -> config.getConfigValue(name).getValue());
    }

    /** Returns single values: a mapping without maps and lists needs no list of names. */
    private final class Written implements ConfigSource {
        @Override
        public Set<String> getPropertyNames() {
            return Set.of();
        }

        @Override
        public String getValue(String property) {
            return property.startsWith(PREFIX + '.') ? value(property) : null;
        }

        @Override
        public String getName() {
            return "what operators wrote";
        }
    }
}
