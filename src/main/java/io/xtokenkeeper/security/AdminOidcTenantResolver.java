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
 * Tells the framework which OpenID provider to ask, for {@link #PATH} alone. It is asked when the first operator comes that
 * way and not at start: a provider that is down keeps nobody from starting, and no token from being refreshed.
 */
@Singleton
class AdminOidcTenantResolver implements TenantConfigResolver {
    /** Of all pages of a sign-in. */
    static final String BEGINNING = "/sign-in/";

    static final String PATH = BEGINNING + "openid";

    /** The name of {@link Trust} among the framework's TLS configurations. */
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

    /** Certificates of private CAs beside the JDK's; everything else is as ever. */
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
        // seals what lies in the browser for the minute that this takes; the same on every replica
        var seal = HexFormat.of()
                .formatHex(
                        Secret.of("sign-in " + provider.clientSecret().reveal()).sha256(), 0, 16);
        var tenant = OidcTenantConfig.authServerUrl(provider.issuer().toString());
        // the address of the provider decides for all of its addresses
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
                .encryptionSecret(seal)
                .end()
                .authentication()
                .scopes("profile", "email")
                .pkceRequired()
                .stateSecret(seal)
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
