package io.xtokenkeeper.app;

import io.smallrye.config.SmallRyeConfig;
import io.xtokenkeeper.account.TokenCacheSize;
import io.xtokenkeeper.audit.Retention;
import io.xtokenkeeper.consent.AppName;
import io.xtokenkeeper.consent.ConsentSettings;
import io.xtokenkeeper.egress.Egress;
import io.xtokenkeeper.egress.NoProxy;
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
import io.xtokenkeeper.web.PublicBaseUrl;
import io.xtokenkeeper.web.TrustedProxies;
import io.xtokenkeeper.webhook.WebhookSettings;
import io.xtokenkeeper.x.XApp;
import io.xtokenkeeper.x.XHosts;
import jakarta.validation.Validator;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/** The configuration, checked, cut for the parts that it concerns. */
final class Settings {
    /** Stands in application.properties for "not configured": without any, Quarkus would stop before our check. */
    private static final String NO_DATABASE = "jdbc:postgresql://not-configured/";

    private static final String DATABASE = "quarkus.datasource.jdbc.url";

    private final KeeperConfig config;

    private Settings(KeeperConfig config) {
        this.config = config;
    }

    /** @throws BadSettingsException naming every value that is missing or wrong */
    static Settings of(SmallRyeConfig config, Validator validator) {
        return of(ReadConfig.literally(config), validator);
    }

    /**
     * @param written what stands under a name, null for nothing
     * @throws BadSettingsException naming every value that is missing or wrong
     */
    static Settings of(UnaryOperator<String> written, Validator validator) {
        var findings = new Findings();
        var config = new ReadConfig(written, validator, findings).read();
        new CheckSettings(config, findings).check(datasourceUrl(written));
        findings.stopIfAny();
        return new Settings(config);
    }

    /** Empty where none is configured. */
    static Optional<String> datasourceUrl(UnaryOperator<String> written) {
        return Optional.ofNullable(written.apply(DATABASE)).filter(url -> !url.isBlank() && !url.equals(NO_DATABASE));
    }

    XApp app() {
        var x = config.x();
        return new XApp(x.clientId().orElseThrow(), x.clientSecret(), x.redirectUri(), x.scopes());
    }

    XHosts hosts() {
        var api = config.x().apiUrl().toString();
        return new XHosts(
                config.x().authorizeUrl(),
                URI.create(api.endsWith("/") ? api.substring(0, api.length() - 1) : api),
                config.refresh().timeout(),
                egress());
    }

    Egress egress() {
        return new Egress(config.httpProxy(), config.noProxy().orElse(NoProxy.NONE), config.trustCertificates());
    }

    MasterKey masterKey() {
        return config.masterKey().orElseThrow();
    }

    PublicBaseUrl publicUrl() {
        return config.publicUrl()
                .map(PublicBaseUrl::of)
                .orElseGet(() -> PublicBaseUrl.ofRedirectUri(config.x().redirectUri()));
    }

    Optional<MasterKey> previousMasterKey() {
        return config.masterKeyPrevious();
    }

    OperatorKey operatorKey() {
        return config.adminKey().orElseThrow();
    }

    ConsentSettings consent() {
        return ConsentSettings.of(
                config.consent().open(),
                config.x().redirectUri(),
                config.returnOrigins().orElse(ReturnOrigins.NONE));
    }

    TrustedProxies proxies() {
        return config.trustedProxies().orElse(TrustedProxies.NONE);
    }

    WrongKeysSettings wrongKeys() {
        return new WrongKeysSettings(config.wrongKeys());
    }

    RefreshSettings refresh() {
        var refresh = config.refresh();
        return new RefreshSettings(
                refresh.every(),
                refresh.lease(),
                refresh.timeout(),
                refresh.concurrency(),
                refresh.rate().map(OptionalInt::of).orElseGet(OptionalInt::empty));
    }

    JournalSettings journal() {
        return config.journal();
    }

    Duration shutdownGrace() {
        return config.shutdownGrace();
    }

    Schedule schedule() {
        var refresh = config.refresh();
        return new Schedule(refresh.mode(), refresh.ahead(), refresh.keepalive());
    }

    KeyRotationSettings rotation() {
        var vault = config.vault();
        return new KeyRotationSettings(vault.rotateEvery().value(), vault.resealRate());
    }

    Retention retention() {
        return config.audit().retention();
    }

    TokenCacheSize tokenCache() {
        return new TokenCacheSize(config.tokenCache());
    }

    WebhookSettings webhooks() {
        return new WebhookSettings(config.webhooks().allowPrivate());
    }

    AppName appName() {
        return config.appName();
    }

    OpenIdSettings openId() {
        var openId = config.openid();
        return new OpenIdSettings(openId.issuer()
                .map(issuer -> new OpenIdProvider(
                        issuer,
                        openId.clientId().orElseThrow(),
                        openId.clientSecret().orElseThrow(),
                        openId.operators().orElseThrow().names())));
    }
}
