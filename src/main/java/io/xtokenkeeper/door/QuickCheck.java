package io.xtokenkeeper.door;

import io.vertx.core.http.HttpServerRequest;
import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.token.Secret;
import jakarta.inject.Singleton;

/**
 * Whether a request may do one thing, asked where no more than yes is of use. Who is not let in here goes the usual way,
 * which knows why.
 */
@Singleton
public class QuickCheck {
    private final OperatorKey operator;
    private final KeyRegistry keys;

    QuickCheck(OperatorKey operator, KeyRegistry keys) {
        this.operator = operator;
        this.keys = keys;
    }

    /** True where the request carries a good key that has the right and is for the account. */
    public boolean admits(HttpServerRequest request, String right, AccountId account) {
        return BearerKeys.key(request)
                .map(key -> operator.matches(key) || admits(key, right, account))
                .orElse(false);
    }

    private boolean admits(Secret key, String right, AccountId account) {
        return keys.find(key)
                .filter(found -> found.rights().contains(right) && found.isFor(account))
                .isPresent();
    }
}
