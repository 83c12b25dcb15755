package io.xtokenkeeper.security;

import io.vertx.core.http.HttpServerRequest;
import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.token.Secret;
import io.xtokenkeeper.web.TrustedProxies;
import jakarta.inject.Singleton;

/**
 * Whether a request may do one thing, asked where no more than yes is of use. Who is not let in here goes the usual way,
 * which knows why.
 */
@Singleton
public class QuickCheck {
    private final OperatorKey operator;
    private final KeyRegistry keys;
    private final WrongKeys wrongKeys;
    private final TrustedProxies proxies;

    QuickCheck(OperatorKey operator, KeyRegistry keys, WrongKeys wrongKeys, TrustedProxies proxies) {
        this.operator = operator;
        this.keys = keys;
        this.wrongKeys = wrongKeys;
        this.proxies = proxies;
    }

    /** True where the request carries a good key that has the right and is for the account. */
    public boolean admits(HttpServerRequest request, String right, AccountId account) {
        return BearerKeys.key(request)
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
