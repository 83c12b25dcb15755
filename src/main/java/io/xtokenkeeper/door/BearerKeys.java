package io.xtokenkeeper.door;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.xtokenkeeper.token.Secret;
import io.xtokenkeeper.vault.ApiKey;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.Set;

/** {@code Authorization: Bearer <API key>}, RFC 6750 §2.1: in the header, never in the address. */
@Singleton
class BearerKeys implements HttpAuthenticationMechanism {
    private static final String BEARER = "bearer ";

    /** The attribute of an identity that holds its {@link ApiKey}; the operator's has none. */
    static final String KEY = "api-key";

    private final OperatorKey operator;
    private final KeyRegistry keys;

    BearerKeys(OperatorKey operator, KeyRegistry keys) {
        this.operator = operator;
        this.keys = keys;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext request, IdentityProviderManager providers) {
        return key(request.request())
                .map(this::identify)
                .orElseGet(() -> Uni.createFrom().nullItem());
    }

    private Uni<SecurityIdentity> identify(Secret key) {
        if (operator.matches(key)) {
            return Uni.createFrom().item(identity("operator", Rights.ALL).build());
        }
        return keys.find(key)
                .map(found -> Uni.createFrom()
                        .<SecurityIdentity>item(identity("key:" + found.id(), found.rights())
                                .addAttribute(KEY, found)
                                .build()))
                .orElseGet(() -> Uni.createFrom().failure(new AuthenticationFailedException("unknown API key")));
    }

    private static QuarkusSecurityIdentity.Builder identity(String name, Set<String> rights) {
        return QuarkusSecurityIdentity.builder()
                .setPrincipal(new QuarkusPrincipal(name))
                .addRoles(rights);
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
        return Set.of();
    }
}
