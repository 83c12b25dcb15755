package io.xtokenkeeper.security;

import io.xtokenkeeper.account.ChangeBus;
import io.xtokenkeeper.domain.Secret;
import io.xtokenkeeper.persistence.DatabaseException;
import io.xtokenkeeper.scheduling.LoopHeartbeats;
import io.xtokenkeeper.scheduling.SupervisedLoop;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * All API keys, in memory: neither a good key nor a wrong one costs the database anything. Whoever makes or revokes one
 * tells all replicas; and every half second one small read asks, so a revoked key is refused everywhere within a second
 * whether that was heard or not.
 */
@Singleton
public class ApiKeyCache {
    private static final Logger LOG = Logger.getLogger(ApiKeyCache.class);
    private static final Duration TICK = Duration.ofMillis(500);
    private static final int TICKS_A_NOTE = 60;

    /** Keys as they were at one version of the table. */
    private record Known(long version, Map<String, ApiKey> bySha256) {}

    private final ApiKeyRepository keys;
    private final LoopHeartbeats heartbeats;
    private final InstantSource clock;
    private final Semaphore changed = new Semaphore(0);
    private final Map<String, Instant> uses = new ConcurrentHashMap<>();
    private SupervisedLoop loop;
    private int ticks;
    private volatile Known known = new Known(-1, Map.of());

    ApiKeyCache(ApiKeyRepository keys, ChangeBus changes, LoopHeartbeats heartbeats, InstantSource clock) {
        this.heartbeats = heartbeats;
        this.keys = keys;
        this.clock = clock;
        changes.onKeys(changed::release);
    }

    @PostConstruct
    void start() {
        look();
        loop = SupervisedLoop.start("api-keys", heartbeats, TICK, heartbeat -> tick());
    }

    @PreDestroy
    void stop() {
        loop.stop();
    }

    /**
     * The key with this secret, if it is good now. Found by its SHA-256: whoever times the look-up learns about the
     * hashes of keys, which lead to no key.
     */
    Optional<ApiKey> find(Secret secret) {
        var now = clock.instant();
        var found = Optional.ofNullable(known.bySha256().get(HexFormat.of().formatHex(secret.sha256())))
                .filter(key -> key.isGood(now));
        found.ifPresent(key -> uses.put(key.id(), now));
        return found;
    }

    /** The key with this id, if it is good now. */
    Optional<ApiKey> good(String id) {
        var now = clock.instant();
        return known.bySha256().values().stream()
                .filter(key -> key.id().equals(id) && key.isGood(now))
                .findFirst();
    }

    /** Reads the keys again, if they changed. Called every half second, and by whoever changed one. */
    public synchronized void look() {
        var version = keys.version();
        if (version != known.version()) {
            known = new Known(
                    version,
                    keys.notRevoked().stream()
                            .collect(Collectors.toUnmodifiableMap(ApiKey::sha256, Function.identity())));
        }
    }

    /** Writes down the last uses, many at a time. */
    void noteUses() {
        var noted = Map.copyOf(uses);
        if (!noted.isEmpty()) {
            keys.updateLastUsed(noted);
            noted.forEach(uses::remove);
        }
    }

    private void tick() throws InterruptedException {
        quietly(this::look);
        if (ticks++ % TICKS_A_NOTE == 0) {
            quietly(this::noteUses);
        }
        if (changed.tryAcquire(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
            changed.drainPermits();
        }
    }

    private static void quietly(Runnable task) {
        try {
            task.run();
        } catch (DatabaseException e) {
            LOG.debugf("API keys: %s", e.getMessage());
        }
    }
}
