package io.xtokenkeeper.security;

import io.quarkus.oidc.OidcRequestContext;
import io.quarkus.oidc.OidcTenantConfig;
import io.quarkus.oidc.TenantConfigResolver;
import io.quarkus.oidc.runtime.OidcTenantConfig.ApplicationType;
import io.quarkus.oidc.runtime.OidcTenantConfig.TokenStateManager.Strategy;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import io.xtokenkeeper.token.Secret;
import io.xtokenkeeper.web.PublicBaseUrl;
import jakarta.inject.Singleton;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Tells the framework which OpenID provider to ask, for {@link #PATH} alone. It is asked when the first operator comes that
 * way and not at start: a provider that is down keeps nobody from starting, and no token from being refreshed.
 */
@Singleton
class AskOpenId implements TenantConfigResolver {
    /** Of all pages of a sign-in. */
    static final String BEGINNING = "/sign-in/";

    static final String PATH = BEGINNING + "openid";

    private final OpenIdSettings settings;
    private final PublicBaseUrl publicUrl;

    AskOpenId(OpenIdSettings settings, PublicBaseUrl publicUrl) {
        this.settings = settings;
        this.publicUrl = publicUrl;
    }

    @Override
    public Uni<OidcTenantConfig> resolve(RoutingContext request, OidcRequestContext<OidcTenantConfig> context) {
        return Uni.createFrom()
                .item(Optional.of(request.normalizedPath())
                        .filter(PATH::equals)
                        .flatMap(path -> settings.provider())
                        .map(provider -> tenant(provider, publicUrl))
                        .orElse(null));
    }

    private static OidcTenantConfig tenant(OpenIdProvider provider, PublicBaseUrl publicUrl) {
        // seals what lies in the browser for the minute that this takes; the same on every replica
        var seal = HexFormat.of()
                .formatHex(
                        Secret.of("sign-in " + provider.clientSecret().reveal()).sha256(), 0, 16);
        return OidcTenantConfig.authServerUrl(provider.issuer().toString())
                .tenantId("operators")
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
}
