package io.xtokenkeeper.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import io.xtokenkeeper.audit.AuditRetention;
import io.xtokenkeeper.config.ConfigConverters.ToJournalSettings;
import io.xtokenkeeper.config.ConfigConverters.ToMasterKey;
import io.xtokenkeeper.config.ConfigConverters.ToOperatorKey;
import io.xtokenkeeper.config.ConfigConverters.ToRetention;
import io.xtokenkeeper.config.ConfigConverters.ToRotationInterval;
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
import java.time.Duration;
import java.util.Optional;
import org.hibernate.validator.constraints.Range;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/**
 * The service's configuration, one entry for each variable that operators set: {@code keeper.refresh.every} is
 * {@code KEEPER_REFRESH_EVERY}. {@link ConfigReader} reads it and {@link ConfigValidator} judges what no single entry can tell.
 *
 * <p>Quarkus builds each mapping that has constraints before anything of ours runs, and stops with raw values in its message,
 * secrets among them. So it is given a prefix that nobody writes: it builds one of defaults alone.
 */
@ConfigMapping(prefix = "keeper-defaults")
public interface KeeperConfig {
    String NUMBER = "say a number from {min} to {max}";
    String SHORTEST = "the least is {millis}ms";
    int MOST = 10_000;
    int SHORTEST_MILLIS = 100;

    X x();

    @WithConverter(ToMasterKey.class)
    Optional<MasterKey> masterKey();

    @WithConverter(ToMasterKey.class)
    Optional<MasterKey> masterKeyPrevious();

    @WithConverter(ToOperatorKey.class)
    Optional<AdminKey> adminKey();

    /** Folder for pairs that X gave while the database was away. */
    @WithDefault("journal")
    @WithConverter(ToJournalSettings.class)
    JournalSettings journal();

    /** How long a stopping service may take to finish what is under way at X. */
    @WithDefault("25s")
    @DurationMin(millis = SHORTEST_MILLIS, message = SHORTEST)
    Duration shutdownGrace();

    /** Who asks for consent, as people know it. */
    @WithDefault("x-token-keeper")
    AppName appName();

    /** Origin and path prefix of everything that browsers and callers open; the redirect URI's where it is unset. */
    Optional<URI> publicUrl();

    /** Where browsers may be sent after a consent, beside our own pages. */
    Optional<AllowedOrigins> returnOrigins();

    /** Whose X-Forwarded-For is believed: addresses and networks. */
    Optional<ClientAddressResolver> trustedProxies();

    /** What everything that leaves goes through: {@code http://user:password@host:port}. */
    Optional<EgressProxy> httpProxy();

    /** What does not go through it; written as {@code NO_PROXY}, as elsewhere. */
    Optional<NoProxy> noProxy();

    /** A file with certificates of CAs that are trusted beside the JDK's. */
    Optional<TrustedCertificates> trustCertificates();

    /** How many wrong API keys a minute one address may send. */
    @WithDefault("30")
    @Range(min = 1, max = MOST, message = NUMBER)
    int wrongKeys();

    /** How many decrypted tokens to keep in memory; 0 for none. */
    @WithDefault("10000")
    @Range(max = 1_000_000, message = "say a number from {min} (none) to {max}")
    int tokenCache();

    Database database();

    Consent consent();

    Refresh refresh();

    Vault vault();

    Audit audit();

    Webhooks webhooks();

    Openid openid();

    /** The first four are written without {@code KEEPER_X_} before them. */
    interface X {
        Optional<String> clientId();

        Optional<Secret> clientSecret();

        @WithDefault("http://localhost:8080/oauth/callback")
        URI redirectUri();

        @WithDefault("tweet.read users.read offline.access")
        Scopes scopes();

        @WithDefault("https://x.com/i/oauth2/authorize")
        URI authorizeUrl();

        /** The default stands in application.properties too, where the REST client finds it. */
        @WithDefault("https://api.x.com")
        URI apiUrl();

        /** Plain http to a host that is not loopback: for a sandbox in a network of its own. */
        @WithDefault("false")
        boolean allowHttp();
    }

    /** Beside what Quarkus itself reads, {@code quarkus.datasource}. */
    interface Database {
        /** Past a connection pooler; persistence.DirectConnections reads it too. */
        Optional<String> directUrl();
    }

    interface Consent {
        @WithDefault("false")
        boolean open();
    }

    interface Webhooks {
        /** To loopback and private networks, and by http. */
        @WithDefault("false")
        boolean allowPrivate();
    }

    /** Sign-in of operators by an OpenID provider; off where no issuer is named. */
    interface Openid {
        Optional<URI> issuer();

        Optional<String> clientId();

        Optional<Secret> clientSecret();

        Optional<OpenIdAdmins> operators();
    }

    interface Refresh {
        /** The default stands in application.properties too, where the timer finds it. */
        @WithDefault("10s")
        @DurationMin(millis = SHORTEST_MILLIS, message = SHORTEST)
        Duration every();

        @WithDefault("15m")
        @DurationMin(millis = SHORTEST_MILLIS, message = SHORTEST)
        Duration ahead();

        @WithDefault("64")
        @Range(min = 1, max = MOST, message = NUMBER)
        int concurrency();

        @WithDefault("20s")
        @DurationMin(millis = SHORTEST_MILLIS, message = SHORTEST)
        Duration timeout();

        @WithDefault("60s")
        @DurationMin(millis = SHORTEST_MILLIS, message = SHORTEST)
        Duration lease();

        @WithDefault("eager")
        RefreshPolicy.Mode mode();

        /** At most a month less than a refresh token lives, for trying again. */
        @WithDefault("30d")
        @DurationMin(millis = SHORTEST_MILLIS, message = SHORTEST)
        @DurationMax(days = 150, message = "the most is {days}d, X's refresh tokens end after about six months")
        Duration keepalive();

        /** Refreshes a second over all replicas; unset for as many as there are. */
        Optional<@Range(min = 1, max = MOST, message = NUMBER) Integer> rate();
    }

    interface Vault {
        /** A data key's age when the next is added, or off. */
        @WithDefault("90d")
        @WithConverter(ToRotationInterval.class)
        RotationInterval rotateEvery();

        /** Rows a second that are encrypted again. */
        @WithDefault("500")
        @Range(min = 1, max = MOST, message = NUMBER)
        int resealRate();
    }

    interface Audit {
        /** An event's age when it is deleted, or forever. */
        @WithDefault("400d")
        @WithConverter(ToRetention.class)
        AuditRetention retention();
    }
}
