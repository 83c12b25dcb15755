package io.xtokenkeeper.security;

import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.xtokenkeeper.domain.Secret;
import io.xtokenkeeper.http.ClientAddressResolver;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.Set;

/**
 * Authenticates API calls by {@code Authorization: Bearer <API key>} (RFC 6750 §2.1): a key in the URL is not accepted.
 * Pages do not accept API keys; they authenticate admins by a session.
 */
@Singleton
class ApiKeyAuthenticationMechanism implements HttpAuthenticationMechanism {
    private static final String BEARER = "bearer ";

    private final ClientAddressResolver addressResolver;

    ApiKeyAuthenticationMechanism(ClientAddressResolver addressResolver) {
        this.addressResolver = addressResolver;
    }

    /** Whether this is an API call, authenticated by an API key, rather than a page, authenticated by a session. */
    static boolean isCall(RoutingContext request) {
        return request.normalizedPath().startsWith("/api/");
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext request, IdentityProviderManager providers) {
        return key(request.request())
                .filter(key -> isCall(request))
                .map(key -> providers.authenticate(
                        new ApiKeyIdentityProvider.Request(key, addressResolver.client(request.request()))))
                .orElseGet(() -> Uni.createFrom().nullItem());
    }

    static Optional<Secret> key(HttpServerRequest request) {
        return Optional.ofNullable(request.getHeader("Authorization"))
                .filter(header -> header.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                .map(header -> header.substring(BEARER.length()).strip())
                .filter(key -> !key.isEmpty())
                .map(Secret::of);
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext request) {
        return Uni.createFrom().item(new ChallengeData(401, "WWW-Authenticate", "Bearer realm=\"x-token-keeper\""));
    }

    @Override
    public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
        return Set.of(ApiKeyIdentityProvider.Request.class);
    }
}
