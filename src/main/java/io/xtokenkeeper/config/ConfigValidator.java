package io.xtokenkeeper.config;

import io.xtokenkeeper.domain.DocumentedScopes;
import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.egress.NoProxy;
import io.xtokenkeeper.http.PublicBaseUrl;
import io.xtokenkeeper.refresh.RefreshPolicy;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/** Checks what concerns more than one value: required settings, values that must fit together, and where URLs may point. */
final class ConfigValidator {
    private static final Logger LOG = Logger.getLogger(ConfigValidator.class);
    private static final String PUBLIC_URL = "KEEPER_PUBLIC_URL";
    private static final String MAKE_ONE = "make one with: openssl rand -base64 32";
    /**
     * In addition to the call to X, the lease must cover a claim's commit and a save in a slow database, or a garbage
     * collection.
     */
    private static final Duration LEASE_MARGIN = Duration.ofSeconds(10);
    /** The last responses are processed and saved within this time. */
    private static final Duration STOP_MARGIN = Duration.ofSeconds(5);

    private final KeeperConfig config;
    private final ConfigErrors findings;

    /** @param findings the errors found so far; those found here are added */
    ConfigValidator(KeeperConfig config, ConfigErrors findings) {
        this.config = config;
        this.findings = findings;
    }

    /** @param datasourceUrl as configured, empty if it is not set */
    void check(Optional<String> datasourceUrl) {
        findings.require(
                "QUARKUS_DATASOURCE_JDBC_URL", datasourceUrl, "give it as jdbc:postgresql://host:5432/database");
        checkDirectUrl();
        findings.require("KEEPER_MASTER_KEY", config.masterKey(), MAKE_ONE);
        findings.require("KEEPER_ADMIN_KEY", config.adminKey(), MAKE_ONE);
        checkApp();
        checkHosts();
        checkEgress();
        checkOpenId();
        checkMargins();
        checkTick();
    }

    /** The value is not quoted: it may contain a password. */
    private void checkDirectUrl() {
        if (config.database()
                .directUrl()
                .filter(url -> !url.startsWith("jdbc:postgresql://"))
                .isPresent()) {
            findings.add(
                    "KEEPER_DATABASE_DIRECT_URL",
                    "is no address of a database: give it as jdbc:postgresql://host:5432/database");
        }
    }

    private void checkApp() {
        var x = config.x();
        findings.require(
                "CLIENT_ID", x.clientId(), "it is the OAuth 2.0 Client ID of your app in X's developer portal");
        // RFC 9700 §2.6, RFC 8252 §7.3: https, or http on loopback
        var redirect = x.redirectUri();
        if (checkUrl("REDIRECT_URI", redirect, false) && redirect.getRawFragment() != null) {
            refuse("REDIRECT_URI", redirect, "it must not have a fragment");
        }
        config.publicUrl().ifPresent(url -> checkPublicUrl(url, redirect));
        if (!x.scopes().contains(Scopes.OFFLINE_ACCESS)) {
            findings.add(
                    "SCOPES",
                    "has no offline.access: without it X gives no refresh token and there is nothing to keep");
        }
        x.scopes().names().stream()
                .filter(name -> !DocumentedScopes.contains(name))
                .forEach(name -> LOG.warnf(
                        "SCOPES: %s is no scope that X documents; X will refuse the consent if it does not know it",
                        name));
    }

    private void checkPublicUrl(URI url, URI redirect) {
        if (!checkUrl(PUBLIC_URL, url, false)) {
            return;
        }
        try {
            if (!PublicBaseUrl.of(url).hasOriginOf(redirect) && !findings.has("REDIRECT_URI")) {
                refuse(
                        PUBLIC_URL,
                        url,
                        "it must have scheme, host and port of REDIRECT_URI (\"" + redirect
                                + "\"): the browser that X sends back there must bring the cookies that it got here");
            }
        } catch (IllegalArgumentException e) {
            refuse(PUBLIC_URL, url, e.getMessage());
        }
    }

    private void checkHosts() {
        var x = config.x();
        var authorize = x.authorizeUrl();
        if (checkUrl("KEEPER_X_AUTHORIZE_URL", authorize, x.allowHttp())
                && (authorize.getRawQuery() != null || authorize.getRawFragment() != null)) {
            refuse("KEEPER_X_AUTHORIZE_URL", authorize, "it must end with its path, the rest is added to it");
        }
        var api = x.apiUrl();
        if (checkUrl("KEEPER_X_API_URL", api, x.allowHttp())
                && (!Set.of("", "/").contains(api.getRawPath()) || api.getRawQuery() != null)) {
            refuse("KEEPER_X_API_URL", api, "give scheme and host alone, such as https://api.x.com");
        }
    }

    /**
     * Other programs read NO_PROXY too: entries that this service cannot parse cause a warning, and do not stop the start.
     */
    private void checkEgress() {
        if (config.httpProxy().isPresent()) {
            config.noProxy()
                    .orElse(NoProxy.NONE)
                    .unreadable()
                    .forEach(entry -> LOG.warnf("NO_PROXY: %s is no host, address or network, and is left out", entry));
        }
    }

    private void checkOpenId() {
        var openId = config.openid();
        if (openId.issuer().isEmpty() && !findings.has("KEEPER_OPENID_ISSUER")) {
            return;
        }
        openId.issuer().ifPresent(issuer -> checkUrl("KEEPER_OPENID_ISSUER", issuer, false));
        findings.require(
                "KEEPER_OPENID_CLIENT_ID", openId.clientId(), "it is this service's name at the OpenID provider");
        findings.require("KEEPER_OPENID_CLIENT_SECRET", openId.clientSecret(), "the OpenID provider gives it");
        findings.require(
                "KEEPER_OPENID_OPERATORS",
                openId.operators(),
                "name who may sign in, separated by commas: verified e-mail addresses, subjects, or group:NAME");
    }

    /**
     * A time limit that covers a call to X must be longer than the call by the time that processing and saving the response
     * may take.
     */
    private void checkMargins() {
        checkMargin(
                "KEEPER_REFRESH_LEASE",
                config.refresh().lease(),
                LEASE_MARGIN,
                "two replicas may spend one refresh token");
        checkMargin(
                "KEEPER_SHUTDOWN_GRACE",
                config.shutdownGrace(),
                STOP_MARGIN,
                "a stop would discard what X responds meanwhile");
    }

    private void checkMargin(String name, Duration value, Duration margin, String otherwise) {
        var timeout = config.refresh().timeout();
        if (!findings.has(name, "KEEPER_REFRESH_TIMEOUT") && value.compareTo(timeout.plus(margin)) < 0) {
            findings.add(
                    name,
                    "is " + inSeconds(value) + ": it must be at least KEEPER_REFRESH_TIMEOUT (" + inSeconds(timeout)
                            + ") and " + inSeconds(margin) + " more, otherwise " + otherwise);
        }
    }

    private void checkTick() {
        var refresh = config.refresh();
        var eager = refresh.mode() != RefreshPolicy.Mode.LAZY;
        var span = eager ? refresh.ahead() : refresh.keepalive();
        var spanName = eager ? "KEEPER_REFRESH_AHEAD" : "KEEPER_REFRESH_KEEPALIVE";
        if (!findings.has("KEEPER_REFRESH_EVERY", "KEEPER_REFRESH_MODE", spanName)
                && refresh.every().compareTo(span) >= 0) {
            findings.add(
                    "KEEPER_REFRESH_EVERY",
                    "is " + inSeconds(refresh.every()) + ": it must be shorter than " + spanName + " ("
                            + inSeconds(span) + "), otherwise tokens end before the timer looks at them");
        }
    }

    private static String inSeconds(Duration duration) {
        return BigDecimal.valueOf(duration.toMillis(), 3).stripTrailingZeros().toPlainString() + " s";
    }

    /** Whether the URL may be used; if not, an error is added. */
    private boolean checkUrl(String name, URI url, boolean plainHttp) {
        if (findings.has(name)) {
            return false;
        }
        var secure = "https".equals(url.getScheme());
        var tolerable = "http".equals(url.getScheme()) && (plainHttp || isLoopback(url.getHost()));
        if (url.getHost() == null || url.getRawUserInfo() != null || !(secure || tolerable)) {
            refuse(name, url, "it must be an https URL (http only on localhost, 127.0.0.1 or [::1])");
            return false;
        }
        return true;
    }

    private void refuse(String name, URI url, String advice) {
        findings.add(name, "is \"" + ConfigConverters.withoutPassword(url.toString()) + "\": " + advice);
    }

    private static boolean isLoopback(String host) {
        return host != null && (host.equals("localhost") || host.equals("[::1]") || host.matches("127\\.[0-9.]+"));
    }
}
