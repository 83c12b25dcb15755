package io.xtokenkeeper.app;

import io.quarkus.runtime.configuration.DurationConverter;
import io.xtokenkeeper.account.TokenCacheSize;
import io.xtokenkeeper.audit.Retention;
import io.xtokenkeeper.consent.AppName;
import io.xtokenkeeper.consent.ConsentSettings;
import io.xtokenkeeper.encryption.KeyRotationSettings;
import io.xtokenkeeper.encryption.MasterKey;
import io.xtokenkeeper.refresh.JournalSettings;
import io.xtokenkeeper.refresh.RefreshSettings;
import io.xtokenkeeper.refresh.Schedule;
import io.xtokenkeeper.security.OpenIdProvider;
import io.xtokenkeeper.security.OpenIdSettings;
import io.xtokenkeeper.security.OperatorKey;
import io.xtokenkeeper.security.WrongKeysSettings;
import io.xtokenkeeper.token.ReturnOrigins;
import io.xtokenkeeper.token.Scopes;
import io.xtokenkeeper.token.Secret;
import io.xtokenkeeper.web.TrustedProxies;
import io.xtokenkeeper.webhook.WebhookSettings;
import io.xtokenkeeper.x.XApp;
import io.xtokenkeeper.x.XHosts;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** Turns the configuration as written into settings that hold, or says everything that is wrong with it at once. */
final class CheckSettings {
    private static final Logger LOG = Logger.getLogger(CheckSettings.class);
    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final int MOST = 10_000;
    private static final Duration SHORTEST_ROTATION = Duration.ofDays(1);
    private static final int LARGEST_CACHE = 1_000_000;
    /** A claim's commit and a save at a database that is slow, or a clean-up of memory, beside the call to X. */
    private static final Duration LEASE_MARGIN = Duration.ofSeconds(10);
    /** The last answers are judged and saved within this. */
    private static final Duration STOP_MARGIN = Duration.ofSeconds(5);
    /** A month less than a refresh token lives, for trying again. */
    private static final Duration LONGEST_KEEPALIVE = Duration.ofDays(150);

    /** What X documents somewhere; no list of X is complete, so others pass with a warning. */
    private static final Set<String> KNOWN_SCOPES =
            Set.of(("tweet.read tweet.write tweet.moderate.write users.read users.email follows.read follows.write"
                            + " offline.access space.read mute.read mute.write like.read like.write list.read list.write"
                            + " block.read block.write bookmark.read bookmark.write dm.read dm.write media.write"
                            + " timeline.read broadcast.read broadcast.write ads.read ads.write developer.read"
                            + " developer.write developer.billing.write")
                    .split(" "));

    private final KeeperConfig config;
    private final Findings findings = new Findings();

    CheckSettings(KeeperConfig config) {
        this.config = config;
    }

    /**
     * @param datasourceUrl as configured, empty where it is not
     * @throws BadSettingsException naming every value that is missing or wrong
     */
    Settings check(Optional<String> datasourceUrl) {
        if (datasourceUrl.isEmpty()) {
            findings.add("QUARKUS_DATASOURCE_JDBC_URL is not set: give it as jdbc:postgresql://host:5432/database");
        }
        var app = app();
        var hosts = hosts();
        var master = secret(
                "KEEPER_MASTER_KEY",
                config.masterKey(),
                config.masterKeyFile(),
                "make one with: openssl rand -base64 32",
                text -> MasterKey.of(Secret.of(text)));
        var previous = config.masterKeyPrevious()
                .map(text -> findings.read("KEEPER_MASTER_KEY_PREVIOUS", text, t -> MasterKey.of(Secret.of(t))));
        var operator = secret(
                "KEEPER_ADMIN_KEY",
                config.adminKey(),
                config.adminKeyFile(),
                "make one with: openssl rand -base64 32",
                text -> OperatorKey.of(Secret.of(text)));
        var open = findings.read("KEEPER_CONSENT_OPEN", config.consent().open(), CheckSettings::bool);
        var refresh = refresh(hosts);
        var schedule = schedule();
        var returnOrigins =
                findings.read("KEEPER_RETURN_ORIGINS", config.returnOrigins().orElse(""), ReturnOrigins::of);
        var proxies =
                findings.read("KEEPER_TRUSTED_PROXIES", config.trustedProxies().orElse(""), TrustedProxies::of);
        var wrongKeys =
                findings.read("KEEPER_WRONG_KEYS", config.wrongKeys(), text -> new WrongKeysSettings(number(text)));
        var journal = findings.read("KEEPER_JOURNAL", config.journal(), text -> new JournalSettings(Path.of(text)));
        var grace = duration("KEEPER_SHUTDOWN_GRACE", config.shutdownGrace());
        checkMargin(
                "KEEPER_SHUTDOWN_GRACE",
                grace,
                hosts.deadline(),
                STOP_MARGIN,
                "a stop would throw away what X answers meanwhile");
        checkTick(refresh, schedule);
        var rotation = rotation();
        var retention = new Retention(durationUnless(
                "forever", "KEEPER_AUDIT_RETENTION", config.audit().retention(), Retention.LEAST));
        var tokenCache = findings.read("KEEPER_TOKEN_CACHE", config.tokenCache(), CheckSettings::cacheSize);
        var webhooks = findings.read(
                "KEEPER_WEBHOOKS_ALLOW_PRIVATE",
                config.webhooks().allowPrivate(),
                text -> new WebhookSettings(bool(text)));
        var appName = findings.read("KEEPER_APP_NAME", config.appName(), text -> new AppName(text.strip()));
        var openId = new OpenIdSettings(openId());
        findings.stopIfAny();
        return new Settings(
                app,
                hosts,
                master,
                previous,
                operator,
                ConsentSettings.of(open, app.redirectUri(), returnOrigins),
                proxies,
                wrongKeys,
                refresh,
                journal,
                grace,
                schedule,
                rotation,
                retention,
                tokenCache,
                webhooks,
                appName,
                openId);
    }

    private Optional<OpenIdProvider> openId() {
        var openId = config.openid();
        if (openId.issuer().isEmpty()) {
            return Optional.empty();
        }
        var issuer = findings.read("KEEPER_OPENID_ISSUER", openId.issuer().get(), text -> web(text, false));
        var id = findings.required(
                "KEEPER_OPENID_CLIENT_ID",
                openId.clientId(),
                "it is this service's name at the OpenID provider",
                CheckSettings::bare);
        var secret = secret(
                "KEEPER_OPENID_CLIENT_SECRET",
                openId.clientSecret(),
                openId.clientSecretFile(),
                "the OpenID provider gives it",
                text -> Secret.of(bare(text)));
        var operators = findings.required(
                "KEEPER_OPENID_OPERATORS",
                openId.operators(),
                "name who may sign in, separated by commas: verified e-mail addresses, subjects, or group:NAME",
                CheckSettings::names);
        return Optional.of(new OpenIdProvider(issuer, id, secret, operators));
    }

    private static Set<String> names(String text) {
        var names = Stream.of(text.split(",")).map(String::strip).filter(name -> !name.isEmpty());
        var all = names.collect(Collectors.toUnmodifiableSet());
        if (all.isEmpty()) {
            throw new IllegalArgumentException("names nobody: nobody could sign in");
        }
        return all;
    }

    private XApp app() {
        var x = config.x();
        var id = findings.required(
                "CLIENT_ID",
                x.clientId(),
                "it is the OAuth 2.0 Client ID of your app in X's developer portal",
                CheckSettings::bare);
        var secret = x.clientSecret().map(text -> findings.read("CLIENT_SECRET", text, t -> Secret.of(bare(t))));
        var redirect = findings.required(
                "REDIRECT_URI",
                x.redirectUri(),
                "it is the callback URL exactly as registered at X",
                CheckSettings::redirectUri);
        var scopes = findings.required(
                "SCOPES", x.scopes(), "for example tweet.read users.read offline.access", CheckSettings::scopes);
        return new XApp(id, secret, redirect, scopes);
    }

    private XHosts hosts() {
        var x = config.x();
        var plain = Boolean.TRUE.equals(findings.read("KEEPER_X_ALLOW_HTTP", x.allowHttp(), CheckSettings::bool));
        return new XHosts(
                findings.read("KEEPER_X_AUTHORIZE_URL", x.authorizeUrl(), text -> authorize(text, plain)),
                findings.read("KEEPER_X_API_URL", x.apiUrl(), text -> host(text, plain)),
                duration("KEEPER_REFRESH_TIMEOUT", config.refresh().timeout()));
    }

    private RefreshSettings refresh(XHosts hosts) {
        var refresh = config.refresh();
        var every = duration("KEEPER_REFRESH_EVERY", refresh.every());
        var lease = duration("KEEPER_REFRESH_LEASE", refresh.lease());
        var concurrency = findings.read("KEEPER_REFRESH_CONCURRENCY", refresh.concurrency(), CheckSettings::number);
        var rate = refresh.rate().map(text -> findings.read("KEEPER_REFRESH_RATE", text, CheckSettings::number));
        checkMargin(
                "KEEPER_REFRESH_LEASE",
                lease,
                hosts.deadline(),
                LEASE_MARGIN,
                "two replicas may spend one refresh token");
        return concurrency == null
                ? null
                : new RefreshSettings(
                        every,
                        lease,
                        hosts.deadline(),
                        concurrency,
                        rate.map(OptionalInt::of).orElseGet(OptionalInt::empty));
    }

    /** What covers a call to X must outlive it by as long as judging and saving its answer may take. */
    private void checkMargin(String name, Duration value, Duration deadline, Duration margin, String otherwise) {
        if (value != null && deadline != null && value.compareTo(deadline.plus(margin)) < 0) {
            findings.add(name + " is " + inSeconds(value) + ": it must be at least KEEPER_REFRESH_TIMEOUT ("
                    + inSeconds(deadline) + ") and " + inSeconds(margin) + " more, otherwise " + otherwise);
        }
    }

    private void checkTick(RefreshSettings refresh, Schedule schedule) {
        var eager = schedule.mode() != Schedule.Mode.LAZY;
        var span = eager ? schedule.ahead() : schedule.keepalive();
        if (refresh != null
                && refresh.every() != null
                && span != null
                && refresh.every().compareTo(span) >= 0) {
            findings.add("KEEPER_REFRESH_EVERY is " + inSeconds(refresh.every()) + ": it must be shorter than "
                    + (eager ? "KEEPER_REFRESH_AHEAD" : "KEEPER_REFRESH_KEEPALIVE") + " (" + inSeconds(span)
                    + "), otherwise tokens end before the timer looks at them");
        }
    }

    private static String inSeconds(Duration duration) {
        return BigDecimal.valueOf(duration.toMillis(), 3).stripTrailingZeros().toPlainString() + " s";
    }

    private Schedule schedule() {
        var refresh = config.refresh();
        var keepalive = duration("KEEPER_REFRESH_KEEPALIVE", refresh.keepalive());
        if (keepalive != null && keepalive.compareTo(LONGEST_KEEPALIVE) > 0) {
            findings.add("KEEPER_REFRESH_KEEPALIVE is \"" + refresh.keepalive() + "\": the most is "
                    + LONGEST_KEEPALIVE.toDays() + "d, X's refresh tokens end after about six months");
        }
        return new Schedule(
                findings.read("KEEPER_REFRESH_MODE", refresh.mode(), CheckSettings::mode),
                duration("KEEPER_REFRESH_AHEAD", refresh.ahead()),
                keepalive);
    }

    private KeyRotationSettings rotation() {
        var every = durationUnless(
                "off", "KEEPER_VAULT_ROTATE_EVERY", config.vault().rotateEvery(), SHORTEST_ROTATION);
        var rate = findings.read("KEEPER_VAULT_RESEAL_RATE", config.vault().resealRate(), CheckSettings::number);
        return rate == null ? null : new KeyRotationSettings(every, rate);
    }

    /** Empty for the one word that says so. */
    private Optional<Duration> durationUnless(String never, String name, String text, Duration least) {
        if (text.strip().equalsIgnoreCase(never)) {
            return Optional.empty();
        }
        var duration = Optional.ofNullable(duration(name, text));
        if (duration.filter(given -> given.compareTo(least) < 0).isPresent()) {
            findings.add(name + " is \"" + text + "\": the least is " + least.toDays() + "d, or say " + never);
        }
        return duration;
    }

    private <T> T secret(
            String name,
            Optional<String> value,
            Optional<String> file,
            String advice,
            java.util.function.Function<String, T> reader) {
        if (value.isPresent() && file.isPresent()) {
            findings.add(name + " and " + name + "_FILE are both set: keep one");
            return null;
        }
        var text = file.isPresent()
                ? Optional.ofNullable(findings.read(name + "_FILE", file.get(), CheckSettings::fileText))
                : value;
        return file.isPresent() && text.isEmpty() ? null : findings.required(name, text, advice, reader);
    }

    private Duration duration(String name, String text) {
        return findings.read(name, text, t -> {
            Duration duration;
            try {
                duration = DurationConverter.parseDuration(t);
            } catch (RuntimeException e) {
                throw new IllegalArgumentException("is \"" + t + "\": write a time such as 500ms, 10s, 15m or 30d");
            }
            if (duration == null || duration.compareTo(SHORTEST) < 0) {
                throw new IllegalArgumentException("is \"" + t + "\": the least is 100ms");
            }
            return duration;
        });
    }

    private static String fileText(String path) {
        try {
            return Files.readString(Path.of(path));
        } catch (IOException | RuntimeException e) {
            // not quoted: it may be the key itself, in the wrong variable
            throw new IllegalArgumentException("names a file that cannot be read: give a path, not the key", e);
        }
    }

    private static String bare(String text) {
        var stripped = text.strip();
        if (stripped.isEmpty() || stripped.contains("\"") || stripped.contains("'")) {
            throw new IllegalArgumentException("is empty or holds quotes: give it without any");
        }
        return stripped;
    }

    private static Boolean bool(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("is \"" + text + "\": say true or false");
        };
    }

    private static Integer number(String text) {
        if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > MOST) {
            throw new IllegalArgumentException("is \"" + text + "\": say a number from 1 to " + MOST);
        }
        return Integer.valueOf(text);
    }

    private static TokenCacheSize cacheSize(String text) {
        if (!text.matches("[0-9]{1,7}") || Integer.parseInt(text) > LARGEST_CACHE) {
            throw new IllegalArgumentException("is \"" + text + "\": say a number from 0 (none) to " + LARGEST_CACHE);
        }
        return new TokenCacheSize(Integer.parseInt(text));
    }

    private static Schedule.Mode mode(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "eager" -> Schedule.Mode.EAGER;
            case "lazy" -> Schedule.Mode.LAZY;
            default -> throw new IllegalArgumentException("is \"" + text + "\": say eager or lazy");
        };
    }

    private static Scopes scopes(String text) {
        Scopes scopes;
        try {
            scopes = Scopes.of(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("is \"" + text + "\": " + e.getMessage(), e);
        }
        if (!scopes.contains(Scopes.OFFLINE_ACCESS)) {
            throw new IllegalArgumentException(
                    "has no offline.access: without it X gives no refresh token and there is nothing to keep");
        }
        for (var name : scopes.names()) {
            if (!KNOWN_SCOPES.contains(name)) {
                LOG.warnf(
                        "SCOPES: %s is no scope that X documents; X will refuse the consent if it does not know it",
                        name);
            }
        }
        return scopes;
    }

    /** RFC 9700 §2.6, RFC 8252 §7.3: https, or http on loopback. */
    private static URI redirectUri(String text) {
        var uri = web(text, false);
        if (uri.getRawFragment() != null) {
            throw new IllegalArgumentException(shown(text) + "it must not have a fragment");
        }
        return uri;
    }

    private static URI authorize(String text, boolean plainHttp) {
        var uri = web(text, plainHttp);
        if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException(shown(text) + "it must end with its path, the rest is added to it");
        }
        return uri;
    }

    private static URI host(String text, boolean plainHttp) {
        var uri = web(text.endsWith("/") ? text.substring(0, text.length() - 1) : text, plainHttp);
        if (!uri.getRawPath().isEmpty() || uri.getRawQuery() != null) {
            throw new IllegalArgumentException(shown(text) + "give scheme and host alone, such as https://api.x.com");
        }
        return uri;
    }

    private static URI web(String text, boolean plainHttp) {
        URI uri;
        try {
            uri = URI.create(text);
        } catch (IllegalArgumentException e) {
            // the cause would quote what was written
            throw new IllegalArgumentException(shown(text) + "that is no URL");
        }
        var secure = "https".equals(uri.getScheme());
        var tolerable = "http".equals(uri.getScheme()) && (plainHttp || isLoopback(uri.getHost()));
        if (uri.getHost() == null || uri.getRawUserInfo() != null || !(secure || tolerable)) {
            throw new IllegalArgumentException(
                    shown(text) + "it must be an https URL (http only on localhost, 127.0.0.1 or [::1])");
        }
        return uri;
    }

    /** What was written, without a password that somebody may have put in front of the host. */
    private static String shown(String url) {
        return "is \"" + url.replaceAll("//.*@", "//***@") + "\": ";
    }

    private static boolean isLoopback(String host) {
        return host != null && (host.equals("localhost") || host.equals("[::1]") || host.matches("127\\.[0-9.]+"));
    }
}
