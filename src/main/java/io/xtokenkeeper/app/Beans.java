package io.xtokenkeeper.app;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.SmallRyeConfig;
import io.vertx.core.Vertx;
import io.xtokenkeeper.account.TokenCacheSize;
import io.xtokenkeeper.audit.Retention;
import io.xtokenkeeper.consent.AppName;
import io.xtokenkeeper.consent.ConsentSettings;
import io.xtokenkeeper.consumer.ImportTerms;
import io.xtokenkeeper.egress.Egress;
import io.xtokenkeeper.encryption.DataKeyStore;
import io.xtokenkeeper.encryption.DecryptionException;
import io.xtokenkeeper.encryption.EnvelopeCipher;
import io.xtokenkeeper.encryption.KeyRing;
import io.xtokenkeeper.encryption.KeyRotationSettings;
import io.xtokenkeeper.encryption.WrongMasterKeyException;
import io.xtokenkeeper.operator.FrontSettings;
import io.xtokenkeeper.persistence.DatabaseClock;
import io.xtokenkeeper.refresh.JournalSettings;
import io.xtokenkeeper.refresh.RefreshSettings;
import io.xtokenkeeper.refresh.Schedule;
import io.xtokenkeeper.security.OpenIdSettings;
import io.xtokenkeeper.security.OperatorKey;
import io.xtokenkeeper.security.WrongKeysSettings;
import io.xtokenkeeper.token.ReturnOrigins;
import io.xtokenkeeper.web.PublicBaseUrl;
import io.xtokenkeeper.web.TrustedProxies;
import io.xtokenkeeper.webhook.WebhookSettings;
import io.xtokenkeeper.x.AskX;
import io.xtokenkeeper.x.AuthorizeUrl;
import io.xtokenkeeper.x.ForwardToX;
import io.xtokenkeeper.x.OAuth2Api;
import io.xtokenkeeper.x.UsersApi;
import io.xtokenkeeper.x.XCallPermits;
import io.xtokenkeeper.x.XHosts;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.validation.Validator;
import java.time.InstantSource;
import java.util.Optional;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/** Where the container meets the plain objects. Each is made when it is first needed, after {@link Start} has begun. */
@Singleton
class Beans {
    @Produces
    @Singleton
    Settings settings(SmallRyeConfig config, Validator validator) {
        try {
            return Settings.of(config, validator);
        } catch (BadSettingsException e) {
            // the one exception that Quarkus prints without a stack trace; the doctor does without Quarkus' classes
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
            return KeyRing.open(store, settings.masterKey(), settings.previousMasterKey());
        } catch (WrongMasterKeyException e) {
            throw new ConfigurationException(e.getMessage());
        } catch (DecryptionException e) {
            throw new ConfigurationException("x-token-keeper cannot start: " + e.getMessage());
        }
    }

    @Produces
    @Singleton
    EnvelopeCipher sealer(KeyRing ring) {
        return new EnvelopeCipher(ring);
    }

    @Produces
    @Singleton
    KeyRotationSettings rotationSettings(Settings settings) {
        return settings.rotation();
    }

    @Produces
    @Singleton
    Retention retention(Settings settings) {
        return settings.retention();
    }

    @Produces
    @Singleton
    AskX askX(
            @RestClient OAuth2Api oauth2,
            @RestClient UsersApi users,
            Settings settings,
            Vertx vertx,
            InstantSource clock) {
        return new AskX(oauth2, users, settings.app(), settings.hosts(), vertx, clock);
    }

    @Produces
    @Singleton
    XCallPermits permits(Settings settings) {
        return new XCallPermits(
                settings.refresh().concurrency(), settings.refresh().connections());
    }

    @Produces
    @Singleton
    ForwardToX forwardToX(Vertx vertx, Settings settings) {
        return new ForwardToX(vertx, settings.hosts());
    }

    @Produces
    @Singleton
    AuthorizeUrl authorizeUrl(Settings settings) {
        return new AuthorizeUrl(settings.hosts(), settings.app());
    }

    @Produces
    @Singleton
    XHosts hosts(Settings settings) {
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
    ReturnOrigins returnOrigins(Settings settings) {
        return settings.consent().returnOrigins();
    }

    @Produces
    @Singleton
    TrustedProxies trustedProxies(Settings settings) {
        return settings.proxies();
    }

    @Produces
    @Singleton
    WrongKeysSettings wrongKeysSettings(Settings settings) {
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
    ImportTerms importTerms(Settings settings) {
        return new ImportTerms(settings.app().scopes(), settings.schedule());
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
    Schedule schedule(Settings settings) {
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
    OperatorKey operatorKey(Settings settings) {
        return settings.operatorKey();
    }

    @Produces
    @Singleton
    OpenIdSettings openIdSettings(Settings settings) {
        return settings.openId();
    }
}
