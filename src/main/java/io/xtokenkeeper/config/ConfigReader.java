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
 * Reads {@link KeeperConfig} from wherever operators write: environment, files, system properties. What is written is taken
 * literally, so that no secret loses a {@code $}; nothing but blanks around it is dropped; blank is the same as not written.
 */
public final class ConfigReader {
    private static final String PREFIX = "keeper";
    private static final String FILE = "_FILE";
    private static final String NO_PROXY = "NO_PROXY";

    /** The names that operators know, where that is not the property's own in capitals. */
    private static final Map<String, String> NAMES = Map.of(
            "keeper.x.client-id", "CLIENT_ID",
            "keeper.x.client-secret", "CLIENT_SECRET",
            "keeper.x.redirect-uri", "REDIRECT_URI",
            "keeper.x.scopes", "SCOPES",
            "keeper.no-proxy", NO_PROXY);

    /** What may come from the file that a variable of the same name and {@value #FILE} names. */
    private static final Set<String> SECRETS = Set.of(
            "keeper.x.client-secret",
            "keeper.master-key",
            "keeper.master-key-previous",
            "keeper.admin-key",
            "keeper.openid.client-secret",
            "keeper.http-proxy");

    /** What the timer and the REST client read too, who would not take them for nothing where they are blank. */
    private static final List<String> READ_BY_QUARKUS = List.of("keeper.refresh.every", "keeper.x.api-url");

    /** SmallRye's words for a value that a converter refused, and for a constraint that does not hold. */
    private static final Pattern REFUSED = Pattern.compile(
            ".*The config property (\\S+) with the config value \"(?s:.*)\" threw an Exception whilst being converted"
                    + " (?s:(.*))");

    private static final Pattern VIOLATED = Pattern.compile("(" + PREFIX + "\\.\\S+) (.*)");

    /** What dev mode, the command line and Compose read, and what Kubernetes sets for a service that is called keeper. */
    private static final Pattern OF_OTHERS =
            Pattern.compile("KEEPER_(DEV_.*|URL|KEY|JAR|ENV_FILE|SECRETS|TAG|DOCKERFILE|SERVICE_.*|PORT(_.*)?)");

    private final UnaryOperator<String> written;
    private final Validator validator;
    private final ConfigErrors findings;
    private final Set<String> refused = new HashSet<>();
    private final Map<String, String> fromFiles = new HashMap<>();

    /**
     * @param written what stands under a name, null for nothing
     * @param findings where everything goes that cannot be read
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

    /** What was refused has its default here, so that what else is wrong can be said at once. */
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
            // constraints stand on times and numbers alone, which are no secrets
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
        // SmallRye itself finds KEEPER_ADMIN_KEY for keeper.admin-key, by the order that its sources have
        var value = NAMES.containsKey(property) ? written.apply(name(property)) : null;
        if (value == null && name(property).equals(NO_PROXY)) {
            // other programs read it in small letters, some of them in no others
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
            // neither is quoted: the name may be the key itself, in the wrong variable
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

    /** Variables that look as if they were this service's and are not: their names are misspelt, most likely. */
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

    /** As it is written, without what SmallRye would make of a {@code $}. */
    public static UnaryOperator<String> literally(SmallRyeConfig config) {
        return name ->
                Expressions.withoutExpansion(() -> config.getConfigValue(name).getValue());
    }

    /** Answers for one name after the other: a mapping without maps and lists needs no list of them. */
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
