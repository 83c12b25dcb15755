package io.xtokenkeeper.security;

import io.vertx.core.http.HttpServerRequest;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.Secret;
import io.xtokenkeeper.http.ClientAddressResolver;
import jakarta.inject.Singleton;

/**
 * Checks from memory whether a request has access to an account, for fast paths that need only a yes. A request that is not
 * admitted here continues on the regular path, which determines the reason.
 */
@Singleton
public class CachedKeyCheck {
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

    /** Whether the request has a valid API key with this permission and for this account. */
    public boolean admits(HttpServerRequest request, String right, AccountId account) {
        return ApiKeyAuthenticationMechanism.key(request)
                .map(key -> admits(key, proxies.client(request), right, account))
                .orElse(false);
    }

    /** An invalid key is not counted here but on the regular path, where the request continues. */
    private boolean admits(Secret key, String address, String right, AccountId account) {
        if (wrongKeys.pause(address, key).isPresent() || !(operator.matches(key) || admits(key, right, account))) {
            return false;
        }
        wrongKeys.wasGood(address, key);
        return true;
    }

    private boolean admits(Secret key, String right, AccountId account) {
        return keys.find(key)
                .filter(found -> found.rights().contains(right) && found.isFor(account))
                .isPresent();
    }
}
