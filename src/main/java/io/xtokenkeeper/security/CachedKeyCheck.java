package io.xtokenkeeper.security;

import io.vertx.core.http.HttpServerRequest;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.Secret;
import io.xtokenkeeper.http.ClientAddressResolver;
import jakarta.inject.Singleton;

/**
 * Whether a request may do one thing, asked where no more than yes is of use. Who is not let in here goes the usual way,
 * which knows why.
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

    /** True where the request carries a good key that has the right and is for the account. */
    public boolean admits(HttpServerRequest request, String right, AccountId account) {
        return ApiKeyAuthenticationMechanism.key(request)
                .map(key -> admits(key, proxies.client(request), right, account))
                .orElse(false);
    }

    /** A wrong key is counted the usual way, where it goes from here. */
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
