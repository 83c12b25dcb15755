package io.xtokenkeeper.security;

import io.vertx.core.http.HttpServerRequest;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.Secret;
import io.xtokenkeeper.http.ClientAddressResolver;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * Checks from memory whether a request has access to an account, for fast paths. A request that is not
 * admitted here continues on the regular path, which determines the reason.
 */
@Singleton
public class CachedKeyCheck {
    private static final Optional<String> OPERATOR = Optional.of("operator");

    private final AdminKey operator;
    private final ApiKeyCache keys;
    private final AuthenticationThrottle wrongKeys;
    private final ClientAddressResolver proxies;

    CachedKeyCheck(
            AdminKey operator, ApiKeyCache keys, AuthenticationThrottle wrongKeys, ClientAddressResolver proxies) {
        this.operator = operator;
        this.keys = keys;
        this.wrongKeys = wrongKeys;
        this.proxies = proxies;
    }

    /**
     * Returns the id of the request's API key, {@code operator} for the admin key; empty unless the key is valid, with this
     * permission and for this account.
     */
    public Optional<String> admitted(HttpServerRequest request, String right, AccountId account) {
        return ApiKeyAuthenticationMechanism.key(request)
                .flatMap(key -> admitted(key, proxies.client(request), right, account));
    }

    /** An invalid key is not counted here but on the regular path, where the request continues. */
    private Optional<String> admitted(Secret key, String address, String right, AccountId account) {
        if (wrongKeys.pause(address, key).isPresent()) {
            return Optional.empty();
        }
        var admitted = operator.matches(key) ? OPERATOR : admitted(key, right, account);
        if (admitted.isPresent()) {
            wrongKeys.wasGood(address, key);
        }
        return admitted;
    }

    private Optional<String> admitted(Secret key, String right, AccountId account) {
        return keys.find(key)
                .filter(found -> found.rights().contains(right) && found.isFor(account))
                .map(KeyAccess::id);
    }
}
