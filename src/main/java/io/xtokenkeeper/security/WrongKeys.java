package io.xtokenkeeper.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.xtokenkeeper.token.Secret;
import io.xtokenkeeper.web.TrustedProxies;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Makes wrong keys cost whoever sends them, and nobody else.
 *
 * <ol>
 *   <li>Each address has a bucket of tries; a wrong key takes one out, time puts them back. A good key takes none.
 *   <li>While the bucket is empty, keys from that address are refused before they are hashed or looked up.
 *   <li>Except those that were good from there in the last hour: callers behind one proxy are not locked out by a
 *       neighbour. They are known by a checksum, which needs no hashing; a guess that has the same one is still looked up.
 *   <li>Memory is bounded. Whoever has more addresses than fit gains fresh buckets, and faces keys of 256 bits.
 * </ol>
 *
 * <p>A good key that was never seen from an address must wait there like the wrong ones.
 */
@Singleton
class WrongKeys {
    private static final int MOST_ADDRESSES = 20_000;
    private static final int MOST_GOOD = 10_000;
    private static final Duration GOOD_FOR = Duration.ofHours(1);

    private record Seen(String address, int checksum) {}

    private final int aMinute;
    private final InstantSource clock;
    /** A bucket that nobody took from for a minute is full, so it need not be kept. */
    private final Cache<String, Bucket> buckets = Caffeine.newBuilder()
            .maximumSize(MOST_ADDRESSES)
            .expireAfterWrite(Duration.ofMinutes(2))
            .build();

    private final Cache<Seen, Boolean> good = Caffeine.newBuilder()
            .maximumSize(MOST_GOOD)
            .expireAfterAccess(GOOD_FOR)
            .build();

    WrongKeys(WrongKeysSettings settings, InstantSource clock) {
        this.aMinute = settings.aMinute();
        this.clock = clock;
    }

    /** How long this key must wait before it is looked at; empty for not at all. */
    Optional<Duration> pause(String address, Secret key) {
        return Optional.ofNullable(buckets.getIfPresent(TrustedProxies.neighbourhood(address)))
                .flatMap(bucket -> bucket.pause(aMinute, clock.instant()))
                .filter(pause -> good.getIfPresent(seen(address, key)) == null);
    }

    void wasWrong(String address) {
        var now = clock.instant();
        buckets.asMap()
                .compute(
                        TrustedProxies.neighbourhood(address),
                        (who, bucket) -> (bucket == null ? Bucket.full(aMinute, now) : bucket).minusOne(aMinute, now));
    }

    void wasGood(String address, Secret key) {
        var seen = seen(address, key);
        if (good.getIfPresent(seen) == null) {
            good.put(seen, true);
        }
    }

    private static Seen seen(String address, Secret key) {
        return new Seen(TrustedProxies.neighbourhood(address), key.reveal().hashCode());
    }
}
