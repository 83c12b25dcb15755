package io.xtokenkeeper.security;

import io.xtokenkeeper.account.ChangeBus;
import io.xtokenkeeper.domain.AccountId;
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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Holds all API keys in memory, with the accounts of their references: neither a valid nor an invalid key causes a database
 * query. The replica that creates or revokes a key, or changes a reference, notifies the others. In addition, every replica polls the version of the table every half second, so a
 * revoked key is rejected everywhere within a second even if the notification is lost.
 */
@Singleton
public class ApiKeyCache {
    private static final Logger LOG = Logger.getLogger(ApiKeyCache.class);
    private static final Duration TICK = Duration.ofMillis(500);
    private static final Duration MIN_PAUSE = Duration.ofMillis(50);
    private static final int TICKS_A_NOTE = 60;

    /** The keys that are not revoked, at one version of the table. */
    private record Known(long version, Map<String, KeyAccess> bySha256) {}

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
     * The key with this secret, if it is currently valid. The lookup uses the SHA-256 of the secret: its timing reveals only
     * hashes, from which no key can be derived.
     */
    Optional<KeyAccess> find(Secret secret) {
        var now = clock.instant();
        var found = Optional.ofNullable(known.bySha256().get(HexFormat.of().formatHex(secret.sha256())))
                .filter(key -> key.isGood(now));
        found.ifPresent(key -> uses.put(key.id(), now));
        return found;
    }

    /** The key with this id, if it is currently valid. */
    Optional<KeyAccess> good(String id) {
        var now = clock.instant();
        return known.bySha256().values().stream()
                .filter(key -> key.id().equals(id) && key.isGood(now))
                .findFirst();
    }

    /**
     * Reloads the keys, and the accounts of their references, if the version has changed. Called every half second, after a
     * notification, and after this replica changed a key.
     */
    public synchronized void look() {
        // before the keys: what changes while they are read raises it again
        var version = keys.version();
        if (version != known.version()) {
            var all = keys.notRevoked();
            var byReference = all.stream().anyMatch(ApiKey::hasReferences)
                    ? keys.accountsByReference()
                    : Map.<String, Set<AccountId>>of();
            known = new Known(
                    version,
                    all.stream()
                            .collect(Collectors.toUnmodifiableMap(
                                    ApiKey::sha256, key -> KeyAccess.of(key, byReference))));
        }
    }

    /** Saves when keys were last used, in one batch. */
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
        // an import that sets references changes the version many times a second
        Thread.sleep(MIN_PAUSE);
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
