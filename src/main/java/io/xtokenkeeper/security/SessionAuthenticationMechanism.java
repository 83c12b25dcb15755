package io.xtokenkeeper.security;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Set;

/**
 * Authenticates admins by the session cookie, on pages only: a browser that another site makes call the API is not
 * authenticated there. It runs only if a page needs the identity, so stylesheets and images cause no database query.
 */
@Singleton
class SessionAuthenticationMechanism implements HttpAuthenticationMechanism {
    /** Requests that an open page repeats by itself. */
    private static final String BY_ITSELF = "/live/";

    private static final String BY_SCRIPT = "HX-Request";

    private final SessionCookie cookie;

    SessionAuthenticationMechanism(SessionCookie cookie) {
        this.cookie = cookie;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext request, IdentityProviderManager providers) {
        if (ApiKeyAuthenticationMechanism.isCall(request)) {
            return Uni.createFrom().nullItem();
        }
        return cookie.read(request)
                .map(secret -> providers
                        .authenticate(new SessionIdentityProvider.Request(secret, isByPerson(request)))
                        // a browser whose session has ended is anonymous: its page offers to sign in
                        .onFailure(AuthenticationFailedException.class)
                        .recoverWithNull())
                .orElseGet(() -> Uni.createFrom().nullItem());
    }

    private static boolean isByPerson(RoutingContext request) {
        return !request.normalizedPath().startsWith(BY_ITSELF)
                && !request.request().headers().contains(BY_SCRIPT);
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext request) {
        return Uni.createFrom().nullItem();
    }

    @Override
    public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
        return Set.of(SessionIdentityProvider.Request.class);
    }
}
