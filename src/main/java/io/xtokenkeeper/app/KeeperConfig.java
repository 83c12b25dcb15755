package io.xtokenkeeper.app;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/**
 * The service's configuration as it is written, one entry for each {@code KEEPER_…} variable. All values are text here,
 * so that {@link CheckSettings} can name every bad one in one go instead of stopping at the first.
 */
@ConfigMapping(prefix = "keeper")
interface KeeperConfig {
    X x();

    Optional<String> masterKey();

    Optional<String> masterKeyFile();

    Optional<String> masterKeyPrevious();

    Optional<String> adminKey();

    Optional<String> adminKeyFile();

    /** Folder for pairs that X gave while the database was away. */
    @WithDefault("journal")
    String journal();

    /** How long a stopping service may take to finish what is under way at X. */
    @WithDefault("25s")
    String shutdownGrace();

    /** Who asks for consent, as people know it. */
    @WithDefault("x-token-keeper")
    String appName();

    /** Where browsers may be sent after a consent, beside our own pages. */
    Optional<String> returnOrigins();

    /** Whose X-Forwarded-For is believed: addresses and networks. */
    Optional<String> trustedProxies();

    /** How many wrong API keys a minute one address may send. */
    @WithDefault("30")
    String wrongKeys();

    /** How many opened tokens to keep in memory; 0 for none. */
    @WithDefault("10000")
    String tokenCache();

    Consent consent();

    Refresh refresh();

    Vault vault();

    Audit audit();

    Webhooks webhooks();

    Openid openid();

    interface X {
        Optional<String> clientId();

        Optional<String> clientSecret();

        Optional<String> redirectUri();

        Optional<String> scopes();

        @WithDefault("https://x.com/i/oauth2/authorize")
        String authorizeUrl();

        @WithDefault("https://api.x.com")
        String apiUrl();

        /** Plain http to a host that is not loopback: for a sandbox in a network of its own. */
        @WithDefault("false")
        String allowHttp();
    }

    interface Consent {
        @WithDefault("false")
        String open();
    }

    interface Webhooks {
        /** To loopback and private networks, and by http. */
        @WithDefault("false")
        String allowPrivate();
    }

    /** Sign-in of operators by an OpenID provider; off where no issuer is named. */
    interface Openid {
        Optional<String> issuer();

        Optional<String> clientId();

        Optional<String> clientSecret();

        Optional<String> clientSecretFile();

        Optional<String> operators();
    }

    interface Refresh {
        @WithDefault("10s")
        String every();

        @WithDefault("15m")
        String ahead();

        @WithDefault("64")
        String concurrency();

        @WithDefault("20s")
        String timeout();

        @WithDefault("60s")
        String lease();

        @WithDefault("eager")
        String mode();

        @WithDefault("30d")
        String keepalive();

        /** Refreshes a second over all replicas; unset for as many as there are. */
        Optional<String> rate();
    }

    interface Vault {
        /** A data key's age when the next is added, or off. */
        @WithDefault("90d")
        String rotateEvery();

        /** Rows a second that are sealed anew. */
        @WithDefault("500")
        String resealRate();
    }

    interface Audit {
        /** An event's age when it is deleted, or forever. */
        @WithDefault("400d")
        String retention();
    }
}
