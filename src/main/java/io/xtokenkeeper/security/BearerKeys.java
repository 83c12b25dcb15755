package io.xtokenkeeper.security;

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
import io.xtokenkeeper.web.Problem;
import io.xtokenkeeper.web.ProblemException;
import io.xtokenkeeper.web.ProblemType;
import io.xtokenkeeper.web.TrustedProxies;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.Set;

/**
 * {@code Authorization: Bearer <API key>}, RFC 6750 §2.1: in the header, never in the address. For calls alone; pages
 * know their operator by a session.
 */
@Singleton
class BearerKeys implements HttpAuthenticationMechanism {
    private static final String BEARER = "bearer ";

    /** The attribute of an identity that holds its {@link io.xtokenkeeper.security.ApiKey}; the operator's has none. */
    static final String KEY = "api-key";

    private final CheckKey checkKey;
    private final TrustedProxies proxies;

    BearerKeys(CheckKey checkKey, TrustedProxies proxies) {
        this.checkKey = checkKey;
        this.proxies = proxies;
    }

    /** Whether this is a call, which answers to API keys, and no page, which answers to sessions. */
    static boolean isCall(RoutingContext request) {
        return request.normalizedPath().startsWith("/api/");
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext request, IdentityProviderManager providers) {
        return key(request.request())
                .filter(key -> isCall(request))
                .map(key -> identify(checkKey.check(key, proxies.client(request.request()))))
                .orElseGet(() -> Uni.createFrom().nullItem());
    }

    private static Uni<SecurityIdentity> identify(CheckedKey checked) {
        return switch (checked) {
            case CheckedKey.Operators() ->
                Uni.createFrom().item(identity("operator", Rights.ALL).build());
            case CheckedKey.Good(var key) ->
                Uni.createFrom()
                        .item(identity("key:" + key.id(), key.rights())
                                .addAttribute(KEY, key)
                                .build());
            case CheckedKey.Wrong() -> Uni.createFrom().failure(new AuthenticationFailedException("unknown API key"));
            case CheckedKey.NotNow(var pause) ->
                Uni.createFrom()
                        .failure(new ProblemException(Problem.of(
                                        ProblemType.TOO_MANY_WRONG_KEYS, "Too many wrong keys came from your address")
                                .retryAfter(pause)));
        };
    }

    static QuarkusSecurityIdentity.Builder identity(String name, Set<String> rights) {
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
