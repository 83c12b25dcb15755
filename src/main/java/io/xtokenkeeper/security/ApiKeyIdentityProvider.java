package io.xtokenkeeper.security;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.IdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.BaseAuthenticationRequest;
import io.smallrye.mutiny.Uni;
import io.xtokenkeeper.domain.Secret;
import io.xtokenkeeper.http.Problem;
import io.xtokenkeeper.http.ProblemException;
import io.xtokenkeeper.http.ProblemType;
import jakarta.inject.Singleton;

/** Identifies a caller by an API key. Never blocks, because the keys are in memory. */
@Singleton
class ApiKeyIdentityProvider implements IdentityProvider<ApiKeyIdentityProvider.Request> {
    /** The attribute of an identity that holds its {@link KeyAccess}; not set for the admin key. */
    static final String KEY = "api-key";

    private final ApiKeyVerifier checkKey;

    ApiKeyIdentityProvider(ApiKeyVerifier checkKey) {
        this.checkKey = checkKey;
    }

    /** An API key, and the IP address that sent it. */
    static final class Request extends BaseAuthenticationRequest {
        private final Secret key;
        private final String address;

        Request(Secret key, String address) {
            this.key = key;
            this.address = address;
        }
    }

    @Override
    public Class<Request> getRequestType() {
        return Request.class;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(Request request, AuthenticationRequestContext context) {
        return switch (checkKey.check(request.key, request.address)) {
            case KeyCheck.Operators() ->
                Uni.createFrom()
                        .item(Permissions.identity("operator", Permissions.ALL).build());
            case KeyCheck.Good(var key) ->
                Uni.createFrom()
                        .item(Permissions.identity("key:" + key.id(), key.rights())
                                .addAttribute(KEY, key)
                                .build());
            case KeyCheck.Wrong() -> Uni.createFrom().failure(new AuthenticationFailedException("unknown API key"));
            case KeyCheck.Throttled(var pause) ->
                Uni.createFrom()
                        .failure(new ProblemException(Problem.of(
                                        ProblemType.TOO_MANY_WRONG_KEYS, "Too many wrong keys came from your address")
                                .retryAfter(pause)));
        };
    }
}
