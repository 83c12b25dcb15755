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
 * Where X answered 429: until it takes calls again it is not asked. X counts by user and endpoint, so an entry is an
 * account, a method and a path without its ids. Kept in memory by each replica; the oldest are forgotten first.
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

    /** How long X will not take this call; empty where it may. */
    Optional<Duration> left(AccountId account, HttpMethod method, XApiPath path) {
        return Optional.ofNullable(until.getIfPresent(Endpoint.of(account, method, path)))
                .map(reset -> Duration.between(clock.instant(), reset))
                .filter(Duration::isPositive);
    }

    /** X answered 429 with these headers. Where they do not say until when, X is asked again. */
    void spent(AccountId account, HttpMethod method, XApiPath path, MultiMap headers) {
        RetryAfterHeader.at(headers::get, clock.instant())
                .ifPresent(reset -> until.put(Endpoint.of(account, method, path), reset));
    }
}
