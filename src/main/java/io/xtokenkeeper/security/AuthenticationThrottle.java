package io.xtokenkeeper.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import io.xtokenkeeper.domain.Secret;
import io.xtokenkeeper.http.ClientAddressResolver;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Limits attempts with invalid API keys by address, without affecting other addresses.
 *
 * <ol>
 *   <li>Each IPv4 address and each /64 network of IPv6 has a token bucket. An invalid key takes one token, time refills the
 *   bucket, a valid key takes none.
 *   <li>While its bucket is empty, keys from an address are rejected before they are hashed or looked up.
 *   <li>Exempt are keys that were valid from that address within the last hour, so that callers behind one proxy are not
 *   locked out by another one. They are recognized by a checksum, which needs no hashing; a guessed key with the same
 *   checksum is still looked up.
 *   <li>Memory is bounded. A client with more addresses than fit gets fresh buckets, but keys have 256 bits.
 * </ol>
 *
 * <p>A valid key that was never used from an address is rejected there like invalid ones while the bucket is empty.
 */
@Singleton
class AuthenticationThrottle {
    private static final int MAX_ADDRESSES = 20_000;
    private static final int MAX_GOOD = 10_000;
    private static final Duration GOOD_FOR = Duration.ofHours(1);

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private record Seen(String address, int checksum) {}

    private record ClockMeter(InstantSource clock) implements TimeMeter {
        @Override
        public long currentTimeNanos() {
            return ChronoUnit.NANOS.between(Instant.EPOCH, clock.instant());
        }

        @Override
        public boolean isWallClockBased() {
            return true;
        }
    }

    private final int aMinute;
    private final TimeMeter time;
    /** A bucket from which nothing was taken for a minute is full again, so it need not be kept. */
    private final Cache<String, Bucket> buckets = Caffeine.newBuilder()
            .maximumSize(MAX_ADDRESSES)
            .expireAfterWrite(Duration.ofMinutes(2))
            .build();

    private final Cache<Seen, Boolean> good = Caffeine.newBuilder()
            .maximumSize(MAX_GOOD)
            .expireAfterAccess(GOOD_FOR)
            .build();

    AuthenticationThrottle(AuthenticationThrottleSettings settings, InstantSource clock) {
        this.aMinute = settings.aMinute();
        this.time = new ClockMeter(clock);
    }

    /** How long this key must wait before it is checked; empty if it can be checked now. */
    Optional<Duration> pause(String address, Secret key) {
        return Optional.ofNullable(buckets.getIfPresent(ClientAddressResolver.neighbourhood(address)))
                .map(bucket -> bucket.estimateAbilityToConsume(1))
                .filter(estimate -> !estimate.canBeConsumed())
                .map(estimate -> Duration.ofNanos(estimate.getNanosToWaitForRefill()))
                .filter(pause -> good.getIfPresent(seen(address, key)) == null);
    }

    void wasWrong(String address) {
        buckets.asMap().compute(ClientAddressResolver.neighbourhood(address), (who, known) -> {
            var bucket = known == null ? bucket() : known;
            bucket.tryConsume(1);
            return bucket;
        });
    }

    private Bucket bucket() {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(aMinute).refillGreedy(aMinute, MINUTE))
                .withCustomTimePrecision(time)
                .build();
    }

    void wasGood(String address, Secret key) {
        var seen = seen(address, key);
        if (good.getIfPresent(seen) == null) {
            good.put(seen, true);
        }
    }

    private static Seen seen(String address, Secret key) {
        return new Seen(
                ClientAddressResolver.neighbourhood(address), key.reveal().hashCode());
    }
}
