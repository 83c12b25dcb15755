package io.xtokenkeeper.config;

import io.smallrye.config.SmallRyeConfig;
import io.xtokenkeeper.account.TokenCacheSize;
import io.xtokenkeeper.audit.AuditRetention;
import io.xtokenkeeper.consent.AppName;
import io.xtokenkeeper.consent.ConsentSettings;
import io.xtokenkeeper.domain.AllowedOrigins;
import io.xtokenkeeper.egress.Egress;
import io.xtokenkeeper.egress.NoProxy;
import io.xtokenkeeper.encryption.KeyRotationSettings;
import io.xtokenkeeper.encryption.MasterKey;
import io.xtokenkeeper.http.ClientAddressResolver;
import io.xtokenkeeper.http.PublicBaseUrl;
import io.xtokenkeeper.refresh.JournalSettings;
import io.xtokenkeeper.refresh.RefreshPolicy;
import io.xtokenkeeper.refresh.RefreshSettings;
import io.xtokenkeeper.security.AdminKey;
import io.xtokenkeeper.security.AuthenticationThrottleSettings;
import io.xtokenkeeper.security.OpenIdProvider;
import io.xtokenkeeper.security.OpenIdSettings;
import io.xtokenkeeper.webhook.WebhookSettings;
import io.xtokenkeeper.xapi.ClientRegistration;
import io.xtokenkeeper.xapi.XEndpoints;
import jakarta.validation.Validator;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/** The validated configuration, converted to the settings of each feature. */
public final class Settings {
    /**
     * The value in application.properties for "not configured": without any URL, Quarkus would stop before our validation.
     */
    private static final String NO_DATABASE = "jdbc:postgresql://not-configured/";

    private static final String DATABASE = "quarkus.datasource.jdbc.url";

    private final KeeperConfig config;

    private Settings(KeeperConfig config) {
        this.config = config;
    }

    /** @throws InvalidConfigException with every value that is missing or wrong */
    public static Settings of(SmallRyeConfig config, Validator validator) {
        return of(ConfigReader.literally(config), validator);
    }

    /**
     * @param written returns the value of a name, null if it is unset
     * @throws InvalidConfigException with every value that is missing or wrong
     */
    public static Settings of(UnaryOperator<String> written, Validator validator) {
        var findings = new ConfigErrors();
        var config = new ConfigReader(written, validator, findings).read();
        new ConfigValidator(config, findings).check(datasourceUrl(written));
        findings.stopIfAny();
        return new Settings(config);
    }

    /** Empty if none is configured. */
    public static Optional<String> datasourceUrl(UnaryOperator<String> written) {
        return Optional.ofNullable(written.apply(DATABASE)).filter(url -> !url.isBlank() && !url.equals(NO_DATABASE));
    }

    public ClientRegistration app() {
        var x = config.x();
        return new ClientRegistration(x.clientId().orElseThrow(), x.clientSecret(), x.redirectUri(), x.scopes());
    }

    public XEndpoints hosts() {
        var api = config.x().apiUrl().toString();
        return new XEndpoints(
                config.x().authorizeUrl(),
                URI.create(api.endsWith("/") ? api.substring(0, api.length() - 1) : api),
                config.refresh().timeout(),
                egress());
    }

    public Egress egress() {
        return new Egress(config.httpProxy(), config.noProxy().orElse(NoProxy.NONE), config.trustCertificates());
    }

    public MasterKey masterKey() {
        return config.masterKey().orElseThrow();
    }

    public PublicBaseUrl publicUrl() {
        return config.publicUrl()
                .map(PublicBaseUrl::of)
                .orElseGet(() -> PublicBaseUrl.ofRedirectUri(config.x().redirectUri()));
    }

    public Optional<MasterKey> previousMasterKey() {
        return config.masterKeyPrevious();
    }

    public AdminKey operatorKey() {
        return config.adminKey().orElseThrow();
    }

    public ConsentSettings consent() {
        return ConsentSettings.of(
                config.consent().open(),
                config.x().redirectUri(),
                config.returnOrigins().orElse(AllowedOrigins.NONE));
    }

    public ClientAddressResolver proxies() {
        return config.trustedProxies().orElse(ClientAddressResolver.NONE);
    }

    public AuthenticationThrottleSettings wrongKeys() {
        return new AuthenticationThrottleSettings(config.wrongKeys());
    }

    public RefreshSettings refresh() {
        var refresh = config.refresh();
        return new RefreshSettings(
                refresh.every(),
                refresh.lease(),
                refresh.timeout(),
                refresh.concurrency(),
                refresh.rate().map(OptionalInt::of).orElseGet(OptionalInt::empty));
    }

    public JournalSettings journal() {
        return config.journal();
    }

    public Duration shutdownGrace() {
        return config.shutdownGrace();
    }

    public RefreshPolicy schedule() {
        var refresh = config.refresh();
        return new RefreshPolicy(refresh.mode(), refresh.ahead(), refresh.keepalive());
    }

    public KeyRotationSettings rotation() {
        var vault = config.vault();
        return new KeyRotationSettings(vault.rotateEvery().value(), vault.resealRate());
    }

    public AuditRetention retention() {
        return config.audit().retention();
    }

    public TokenCacheSize tokenCache() {
        return new TokenCacheSize(config.tokenCache());
    }

    public WebhookSettings webhooks() {
        return new WebhookSettings(config.webhooks().allowPrivate());
    }

    public AppName appName() {
        return config.appName();
    }

    public OpenIdSettings openId() {
        var openId = config.openid();
        return new OpenIdSettings(openId.issuer()
                .map(issuer -> new OpenIdProvider(
                        issuer,
                        openId.clientId().orElseThrow(),
                        openId.clientSecret().orElseThrow(),
                        openId.operators().orElseThrow().names())));
    }
}
