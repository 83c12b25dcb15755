package io.xtokenkeeper.config;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.xtokenkeeper.audit.AuditRetention;
import io.xtokenkeeper.consent.AppName;
import io.xtokenkeeper.domain.AllowedOrigins;
import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.domain.Secret;
import io.xtokenkeeper.egress.EgressProxy;
import io.xtokenkeeper.egress.NoProxy;
import io.xtokenkeeper.egress.TrustedCertificates;
import io.xtokenkeeper.encryption.MasterKey;
import io.xtokenkeeper.encryption.RotationInterval;
import io.xtokenkeeper.http.ClientAddressResolver;
import io.xtokenkeeper.refresh.JournalSettings;
import io.xtokenkeeper.refresh.RefreshPolicy;
import io.xtokenkeeper.security.AdminKey;
import io.xtokenkeeper.security.OpenIdAdmins;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.eclipse.microprofile.config.spi.Converter;

/**
 * Converts configuration values from text to their types. The message of an invalid value continues a sentence that begins
 * with the setting's name, and quotes the value only if it is not a secret.
 */
final class ConfigConverters {
    /** Higher than the priority of SmallRye's own converters. */
    private static final int PRIORITY = 200;

    private ConfigConverters() {}

    static SmallRyeConfigBuilder register(SmallRyeConfigBuilder config) {
        with(config, Duration.class, ConfigConverters::duration);
        with(config, Integer.class, ConfigConverters::number);
        with(config, Boolean.class, ConfigConverters::bool);
        with(config, RefreshPolicy.Mode.class, ConfigConverters::mode);
        with(config, String.class, ConfigConverters::bare);
        with(config, Secret.class, text -> Secret.of(bare(text)));
        with(config, URI.class, ConfigConverters::uri);
        with(config, Scopes.class, ConfigConverters::scopes);
        with(config, AppName.class, AppName::new);
        with(config, AllowedOrigins.class, AllowedOrigins::of);
        with(config, ClientAddressResolver.class, ClientAddressResolver::of);
        with(config, OpenIdAdmins.class, OpenIdAdmins::of);
        with(config, EgressProxy.class, text -> EgressProxy.of(printable(text)));
        with(config, NoProxy.class, NoProxy::of);
        with(config, TrustedCertificates.class, TrustedCertificates::of);
        return config;
    }

    /** An empty text is converted to null. */
    private static <T> void with(SmallRyeConfigBuilder config, Class<T> type, Function<String, T> converter) {
        config.withConverter(type, PRIORITY, text -> text.isEmpty() ? null : converter.apply(text));
    }

    private static Duration duration(String text) {
        try {
            return DurationConverter.parseDuration(text);
        } catch (RuntimeException e) {
            throw refused(text, "write a time such as 500ms, 10s, 15m or 30d");
        }
    }

    /** Empty if the text is the word {@code never}. */
    private static Optional<Duration> durationUnless(String never, String text, Duration least) {
        if (text.equalsIgnoreCase(never)) {
            return Optional.empty();
        }
        var duration = duration(text);
        if (duration.compareTo(least) < 0) {
            throw refused(text, "the least is " + least.toDays() + "d, or say " + never);
        }
        return Optional.of(duration);
    }

    private static Integer number(String text) {
        try {
            return Integer.valueOf(text);
        } catch (NumberFormatException e) {
            throw refused(text, "say a number");
        }
    }

    private static Boolean bool(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw refused(text, "say true or false");
        };
    }

    private static RefreshPolicy.Mode mode(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "eager" -> RefreshPolicy.Mode.EAGER;
            case "lazy" -> RefreshPolicy.Mode.LAZY;
            default -> throw refused(text, "say eager or lazy");
        };
    }

    /** Other characters may have been changed by an editor, a shell or a header. */
    private static String printable(String text) {
        if (!text.matches("[\\x20-\\x7E]+")) {
            throw new IllegalArgumentException("holds invisible or non-ASCII characters: write it again as plain text");
        }
        return text;
    }

    private static String bare(String text) {
        if (text.contains("\"") || text.contains("'")) {
            throw new IllegalArgumentException("holds quotes: give it without any");
        }
        return printable(text);
    }

    private static URI uri(String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            // the cause would quote a password in front of the host
            throw refused(withoutPassword(text), "that is no URL");
        }
    }

    static String withoutPassword(String url) {
        return url.replaceAll("//.*@", "//***@");
    }

    private static Scopes scopes(String text) {
        try {
            return Scopes.of(text);
        } catch (IllegalArgumentException e) {
            throw refused(text, e.getMessage());
        }
    }

    private static IllegalArgumentException refused(String text, String advice) {
        return new IllegalArgumentException("is \"" + text + "\": " + advice);
    }

    // Named in annotations where they are used: Quarkus, which builds a mapping of the defaults, does not know the
    // converters above, and SmallRye takes an interface such as MasterKey for a group of settings.

    @RegisterForReflection
    public static final class ToMasterKey implements Converter<MasterKey> {
        private static final long serialVersionUID = 1L;

        @Override
        public MasterKey convert(String text) {
            return text.isEmpty() ? null : MasterKey.of(Secret.of(printable(text)));
        }
    }

    @RegisterForReflection
    public static final class ToOperatorKey implements Converter<AdminKey> {
        private static final long serialVersionUID = 1L;

        @Override
        public AdminKey convert(String text) {
            return text.isEmpty() ? null : AdminKey.of(Secret.of(printable(text)));
        }
    }

    @RegisterForReflection
    public static final class ToJournalSettings implements Converter<JournalSettings> {
        private static final long serialVersionUID = 1L;

        @Override
        public JournalSettings convert(String text) {
            return text.isEmpty() ? null : new JournalSettings(Path.of(text));
        }
    }

    @RegisterForReflection
    public static final class ToRotationInterval implements Converter<RotationInterval> {
        private static final long serialVersionUID = 1L;

        @Override
        public RotationInterval convert(String text) {
            return text.isEmpty() ? null : new RotationInterval(durationUnless("off", text, RotationInterval.LEAST));
        }
    }

    @RegisterForReflection
    public static final class ToRetention implements Converter<AuditRetention> {
        private static final long serialVersionUID = 1L;

        @Override
        public AuditRetention convert(String text) {
            return text.isEmpty() ? null : new AuditRetention(durationUnless("forever", text, AuditRetention.LEAST));
        }
    }
}
