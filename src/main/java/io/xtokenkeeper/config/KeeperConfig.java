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
 * The service's configuration, one method for each variable: {@code keeper.refresh.every} is {@code KEEPER_REFRESH_EVERY}.
 * {@link ConfigReader} reads it, {@link ConfigValidator} checks what concerns more than one value.
 *
 * <p>Quarkus builds each mapping that has constraints before any code of this service runs, and stops with raw values in its
 * message, secrets among them. So the annotation has a prefix that no configuration uses: Quarkus builds a mapping of the
 * defaults only.
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

    /** Folder of the journal, with token pairs that are not in the database yet. */
    @WithDefault("journal")
    @WithConverter(ToJournalSettings.class)
    JournalSettings journal();

    /** How long a shutdown waits for exchanges with X that are in flight. */
    @WithDefault("25s")
    @DurationMin(millis = SHORTEST_MILLIS, message = SHORTEST)
    Duration shutdownGrace();

    /** The name of the app that requests consent, shown to users. */
    @WithDefault("x-token-keeper")
    AppName appName();

    /** Origin and path prefix of all addresses that browsers and callers open; if unset, derived from the redirect URI. */
    Optional<URI> publicUrl();

    /** Origins to which browsers may be redirected after a consent, beside our own pages. */
    Optional<AllowedOrigins> returnOrigins();

    /** Proxies whose X-Forwarded-For is trusted: addresses and networks. */
    Optional<ClientAddressResolver> trustedProxies();

    /** The proxy for all outbound requests: {@code http://user:password@host:port}. */
    Optional<EgressProxy> httpProxy();

    /** Hosts that are called without the proxy; the variable is {@code NO_PROXY}, as in other programs. */
    Optional<NoProxy> noProxy();

    /** A file with certificates of CAs that are trusted in addition to the JDK's. */
    Optional<TrustedCertificates> trustCertificates();

    /** How many wrong API keys one address may send per minute. */
    @WithDefault("30")
    @Range(min = 1, max = MOST, message = NUMBER)
    int wrongKeys();

    /** Size of the token cache, in accounts; 0 disables it. */
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

    /** The variables of the first four have no prefix {@code KEEPER_X_}. */
    interface X {
        Optional<String> clientId();

        Optional<Secret> clientSecret();

        @WithDefault("http://localhost:8080/oauth/callback")
        URI redirectUri();

        @WithDefault("tweet.read users.read offline.access")
        Scopes scopes();

        @WithDefault("https://x.com/i/oauth2/authorize")
        URI authorizeUrl();

        /** application.properties contains the same default, for the REST client. */
        @WithDefault("https://api.x.com")
        URI apiUrl();

        /** Allows plain http to a host that is not loopback: for a sandbox in a network of its own. */
        @WithDefault("false")
        boolean allowHttp();
    }

    /** Settings beside those that Quarkus itself reads ({@code quarkus.datasource}). */
    interface Database {
        /** A URL past a connection pooler; persistence.DirectConnections reads it too. */
        Optional<String> directUrl();
    }

    interface Consent {
        @WithDefault("false")
        boolean open();
    }

    interface Webhooks {
        /** Allows webhooks to loopback and private networks, and over http. */
        @WithDefault("false")
        boolean allowPrivate();
    }

    /** Admins' sign-in by an OpenID provider; disabled if no issuer is set. */
    interface Openid {
        Optional<URI> issuer();

        Optional<String> clientId();

        Optional<Secret> clientSecret();

        Optional<OpenIdAdmins> operators();
    }

    interface Refresh {
        /** application.properties contains the same default, for the scheduler. */
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

        /** A month shorter than the life of a refresh token at most, which leaves time to retry. */
        @WithDefault("30d")
        @DurationMin(millis = SHORTEST_MILLIS, message = SHORTEST)
        @DurationMax(days = 150, message = "the most is {days}d, X's refresh tokens end after about six months")
        Duration keepalive();

        /** Refreshes per second over all replicas; no limit if unset. */
        Optional<@Range(min = 1, max = MOST, message = NUMBER) Integer> rate();
    }

    interface Vault {
        /** Age of a data key at which the next one is added, or {@code off}. */
        @WithDefault("90d")
        @WithConverter(ToRotationInterval.class)
        RotationInterval rotateEvery();

        /** Maximum number of rows per second that are re-encrypted. */
        @WithDefault("500")
        @Range(min = 1, max = MOST, message = NUMBER)
        int resealRate();
    }

    interface Audit {
        /** Age at which an audit event is deleted, or {@code forever}. */
        @WithDefault("400d")
        @WithConverter(ToRetention.class)
        AuditRetention retention();
    }
}
