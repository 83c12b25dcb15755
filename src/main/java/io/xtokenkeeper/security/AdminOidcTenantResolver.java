package io.xtokenkeeper.security;

import io.quarkus.oidc.OidcRequestContext;
import io.quarkus.oidc.OidcTenantConfig;
import io.quarkus.oidc.OidcTenantConfigBuilder;
import io.quarkus.oidc.TenantConfigResolver;
import io.quarkus.oidc.runtime.OidcTenantConfig.ApplicationType;
import io.quarkus.oidc.runtime.OidcTenantConfig.TokenStateManager.Strategy;
import io.quarkus.tls.BaseTlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.SSLOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.ext.web.RoutingContext;
import io.xtokenkeeper.domain.Secret;
import io.xtokenkeeper.egress.Egress;
import io.xtokenkeeper.http.PublicBaseUrl;
import jakarta.inject.Singleton;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Provides the OpenID provider's configuration to the framework, for {@link #PATH} only. The framework connects to the
 * provider at the first sign-in, not at startup: an unavailable provider affects neither startup nor refreshing.
 */
@Singleton
class AdminOidcTenantResolver implements TenantConfigResolver {
    /** Path prefix of all pages of a sign-in. */
    static final String BEGINNING = "/sign-in/";

    static final String PATH = BEGINNING + "openid";

    /** The name of {@link Trust} in the framework's registry of TLS configurations. */
    private static final String TLS = "openid";

    private final OpenIdSettings settings;
    private final PublicBaseUrl publicUrl;
    private final Egress egress;

    AdminOidcTenantResolver(
            OpenIdSettings settings, PublicBaseUrl publicUrl, Egress egress, TlsConfigurationRegistry registry) {
        this.settings = settings;
        this.publicUrl = publicUrl;
        this.egress = egress;
        egress.trust().ifPresent(trust -> registry.register(TLS, new Trust(trust)));
    }

    /** Trusts the certificates of private CAs in addition to the JDK's; every other setting has its default. */
    private static final class Trust extends BaseTlsConfiguration {
        private final TrustOptions options;

        Trust(TrustOptions options) {
            this.options = options;
        }

        @Override
        public TrustOptions getTrustStoreOptions() {
            return options;
        }

        @Override
        public SSLOptions getSSLOptions() {
            return new SSLOptions();
        }

        @Override
        public String getName() {
            return TLS;
        }
    }

    @Override
    public Uni<OidcTenantConfig> resolve(RoutingContext request, OidcRequestContext<OidcTenantConfig> context) {
        return Uni.createFrom()
                .item(Optional.of(request.normalizedPath())
                        .filter(PATH::equals)
                        .flatMap(path -> settings.provider())
                        .map(this::tenant)
                        .orElse(null));
    }

    private OidcTenantConfig tenant(OpenIdProvider provider) {
        // encrypts the cookies of a sign-in that is in progress; derived from the client secret, so it is the same on
        // every
        // replica
        var encrypt = HexFormat.of()
                .formatHex(
                        Secret.of("sign-in " + provider.clientSecret().reveal()).sha256(), 0, 16);
        var tenant = OidcTenantConfig.authServerUrl(provider.issuer().toString());
        // the issuer's address decides whether all of the provider's endpoints are reached through the proxy
        egress.proxyFor(provider.issuer()).map(Egress::options).ifPresent(proxy -> proxy(tenant, proxy));
        if (egress.trust().isPresent() && "https".equals(provider.issuer().getScheme())) {
            tenant.tlsConfigurationName(TLS);
        }
        return tenant.tenantId("operators")
                .applicationType(ApplicationType.WEB_APP)
                .clientId(provider.clientId())
                .credentials(provider.clientSecret().reveal())
                .tokenStateManager()
                .strategy(Strategy.ID_TOKEN)
                .encryptionSecret(encrypt)
                .end()
                .authentication()
                .scopes("profile", "email")
                .pkceRequired()
                .stateSecret(encrypt)
                .nonceRequired()
                .redirectPath(publicUrl.value() + PATH)
                .errorPath(OpenIdSettings.REFUSED)
                .cookiePath(publicUrl.prefix() + PATH)
                .cookieForceSecure(publicUrl.isSecure())
                .end()
                .build();
    }

    private static void proxy(OidcTenantConfigBuilder tenant, ProxyOptions proxy) {
        if (proxy.getUsername() == null) {
            tenant.proxy(proxy.getHost(), proxy.getPort());
        } else {
            tenant.proxy(proxy.getHost(), proxy.getPort(), proxy.getUsername(), proxy.getPassword());
        }
    }
}
