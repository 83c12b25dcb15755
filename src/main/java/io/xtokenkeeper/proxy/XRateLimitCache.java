package io.xtokenkeeper.proxy;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.xapi.RetryAfterHeader;
import io.xtokenkeeper.xapi.XApiPath;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Remembers the 429 responses of X: until the limit is reset, the same call is not sent again. X counts by user and
 * endpoint, so an entry is an account, a method and a path without its ids. In memory of each replica, at most 10,000
 * entries; more are evicted.
 */
@Singleton
class XRateLimitCache {
    private static final int MOST = 10_000;

    private record Endpoint(AccountId account, HttpMethod method, String path) {
        static Endpoint of(AccountId account, HttpMethod method, XApiPath path) {
            return new Endpoint(account, method, path.endpoint());
        }
    }

    private final Cache<Endpoint, Instant> until;
    private final InstantSource clock;

    XRateLimitCache(InstantSource clock) {
        this.clock = clock;
        this.until = Caffeine.newBuilder()
                .maximumSize(MOST)
                .expireAfter(
                        Expiry.writing((Endpoint endpoint, Instant reset) -> Duration.between(clock.instant(), reset)))
                .build();
    }

    /** How long X will reject this call; empty if it can be sent. */
    Optional<Duration> left(AccountId account, HttpMethod method, XApiPath path) {
        return Optional.ofNullable(until.getIfPresent(Endpoint.of(account, method, path)))
                .map(reset -> Duration.between(clock.instant(), reset))
                .filter(Duration::isPositive);
    }

    /**
     * Records a 429 of X with these headers. If they do not contain the reset time, nothing is recorded and the next call is
     * sent to X.
     */
    void spent(AccountId account, HttpMethod method, XApiPath path, MultiMap headers) {
        RetryAfterHeader.at(headers::get, clock.instant())
                .ifPresent(reset -> until.put(Endpoint.of(account, method, path), reset));
    }
}
