package io.xtokenkeeper.startup;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.SmallRyeConfig;
import io.vertx.core.Vertx;
import io.xtokenkeeper.account.TokenCacheSize;
import io.xtokenkeeper.admin.FrontSettings;
import io.xtokenkeeper.audit.AuditRetention;
import io.xtokenkeeper.config.InvalidConfigException;
import io.xtokenkeeper.config.Settings;
import io.xtokenkeeper.consent.AppName;
import io.xtokenkeeper.consent.ConsentSettings;
import io.xtokenkeeper.domain.AllowedOrigins;
import io.xtokenkeeper.egress.Egress;
import io.xtokenkeeper.encryption.DataKeyStore;
import io.xtokenkeeper.encryption.DecryptionException;
import io.xtokenkeeper.encryption.EnvelopeCipher;
import io.xtokenkeeper.encryption.KeyRing;
import io.xtokenkeeper.encryption.KeyRotationSettings;
import io.xtokenkeeper.encryption.WrongMasterKeyException;
import io.xtokenkeeper.http.ClientAddressResolver;
import io.xtokenkeeper.http.PublicBaseUrl;
import io.xtokenkeeper.persistence.DatabaseClock;
import io.xtokenkeeper.refresh.JournalSettings;
import io.xtokenkeeper.refresh.RefreshPolicy;
import io.xtokenkeeper.refresh.RefreshSettings;
import io.xtokenkeeper.security.AdminKey;
import io.xtokenkeeper.security.AuthenticationThrottleSettings;
import io.xtokenkeeper.security.OpenIdSettings;
import io.xtokenkeeper.transfer.ImportOptions;
import io.xtokenkeeper.webhook.WebhookSettings;
import io.xtokenkeeper.xapi.AuthorizeUrl;
import io.xtokenkeeper.xapi.OAuth2Api;
import io.xtokenkeeper.xapi.UsersApi;
import io.xtokenkeeper.xapi.XCallPermits;
import io.xtokenkeeper.xapi.XEndpoints;
import io.xtokenkeeper.xapi.XOAuthClient;
import io.xtokenkeeper.xapi.XProxyClient;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.validation.Validator;
import java.time.InstantSource;
import java.util.Optional;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/**
 * Produces the beans that the configuration defines. Each is created when it is first needed, after
 * {@link ApplicationStartup} has begun.
 */
@Singleton
class ConfigProducers {
    @Produces
    @Singleton
    Settings settings(SmallRyeConfig config, Validator validator) {
        try {
            return Settings.of(config, validator);
        } catch (InvalidConfigException e) {
            // the only exception that Quarkus prints without a stack trace; {@code keeper doctor} does not use Quarkus'
            // classes
            throw new ConfigurationException(e.getMessage());
        }
    }

    @Produces
    @Singleton
    DatabaseClock clock() {
        return new DatabaseClock(InstantSource.system());
    }

    @Produces
    @Singleton
    KeyRing keyRing(Settings settings, DataKeyStore store) {
        try {
            return KeyRing.load(store, settings.masterKey(), settings.previousMasterKey());
        } catch (WrongMasterKeyException e) {
            throw new ConfigurationException(e.getMessage());
        } catch (DecryptionException e) {
            throw new ConfigurationException("x-token-keeper cannot start: " + e.getMessage());
        }
    }

    @Produces
    @Singleton
    EnvelopeCipher cipher(KeyRing ring) {
        return new EnvelopeCipher(ring);
    }

    @Produces
    @Singleton
    KeyRotationSettings rotationSettings(Settings settings) {
        return settings.rotation();
    }

    @Produces
    @Singleton
    AuditRetention retention(Settings settings) {
        return settings.retention();
    }

    @Produces
    @Singleton
    XOAuthClient xClient(
            @RestClient OAuth2Api oauth2,
            @RestClient UsersApi users,
            Settings settings,
            Vertx vertx,
            InstantSource clock) {
        return new XOAuthClient(oauth2, users, settings.app(), settings.hosts(), vertx, clock);
    }

    @Produces
    @Singleton
    XCallPermits permits(Settings settings) {
        return new XCallPermits(
                settings.refresh().concurrency(), settings.refresh().connections());
    }

    @Produces
    @Singleton
    XProxyClient xProxyClient(Vertx vertx, Settings settings) {
        return new XProxyClient(vertx, settings.hosts());
    }

    @Produces
    @Singleton
    AuthorizeUrl authorizeUrl(Settings settings) {
        return new AuthorizeUrl(settings.hosts(), settings.app());
    }

    @Produces
    @Singleton
    XEndpoints hosts(Settings settings) {
        return settings.hosts();
    }

    @Produces
    @Singleton
    ConsentSettings consentSettings(Settings settings) {
        return settings.consent();
    }

    @Produces
    @Singleton
    AppName appName(Settings settings) {
        return settings.appName();
    }

    @Produces
    @Singleton
    AllowedOrigins returnOrigins(Settings settings) {
        return settings.consent().returnOrigins();
    }

    @Produces
    @Singleton
    ClientAddressResolver trustedProxies(Settings settings) {
        return settings.proxies();
    }

    @Produces
    @Singleton
    AuthenticationThrottleSettings wrongKeysSettings(Settings settings) {
        return settings.wrongKeys();
    }

    @Produces
    @Singleton
    FrontSettings frontSettings(Settings settings) {
        var hosts = settings.hosts();
        return new FrontSettings(
                settings.consent().open(),
                Optional.of(hosts.api().getRawAuthority()).filter(host -> !hosts.isX()));
    }

    @Produces
    @Singleton
    PublicBaseUrl publicBaseUrl(Settings settings) {
        return settings.publicUrl();
    }

    @Produces
    @Singleton
    Egress egress(Settings settings) {
        return settings.egress();
    }

    @Produces
    @Singleton
    ImportOptions importOptions(Settings settings) {
        return new ImportOptions(settings.app().scopes(), settings.schedule());
    }

    @Produces
    @Singleton
    JournalSettings journalSettings(Settings settings) {
        return settings.journal();
    }

    @Produces
    @Singleton
    RefreshSettings refreshSettings(Settings settings) {
        return settings.refresh();
    }

    @Produces
    @Singleton
    RefreshPolicy schedule(Settings settings) {
        return settings.schedule();
    }

    @Produces
    @Singleton
    TokenCacheSize tokenCacheSize(Settings settings) {
        return settings.tokenCache();
    }

    @Produces
    @Singleton
    WebhookSettings webhookSettings(Settings settings) {
        return settings.webhooks();
    }

    @Produces
    @Singleton
    AdminKey operatorKey(Settings settings) {
        return settings.operatorKey();
    }

    @Produces
    @Singleton
    OpenIdSettings openIdSettings(Settings settings) {
        return settings.openId();
    }
}
