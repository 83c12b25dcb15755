package io.xtokenkeeper.security;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.IdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.BaseAuthenticationRequest;
import io.smallrye.mutiny.Uni;
import io.xtokenkeeper.token.Secret;
import io.xtokenkeeper.web.Problem;
import io.xtokenkeeper.web.ProblemException;
import io.xtokenkeeper.web.ProblemType;
import jakarta.inject.Singleton;

/** Knows a caller by an API key. Keys are in memory, so nothing blocks. */
@Singleton
class ApiKeyIdentityProvider implements IdentityProvider<ApiKeyIdentityProvider.Request> {
    /** The attribute of an identity that holds its {@link ApiKey}; the admin key's has none. */
    static final String KEY = "api-key";

    private final CheckKey checkKey;

    ApiKeyIdentityProvider(CheckKey checkKey) {
        this.checkKey = checkKey;
    }

    /** A key, and the address that sent it. */
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
            case CheckedKey.Operators() ->
                Uni.createFrom().item(Rights.identity("operator", Rights.ALL).build());
            case CheckedKey.Good(var key) ->
                Uni.createFrom()
                        .item(Rights.identity("key:" + key.id(), key.rights())
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
}
