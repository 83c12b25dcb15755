package io.xtokenkeeper.faults;

import io.xtokenkeeper.sandbox.Sandbox;
import io.xtokenkeeper.sandbox.grants.SeededGrant;
import io.xtokenkeeper.testkit.Api;
import io.xtokenkeeper.testkit.HttpBrowser;
import io.xtokenkeeper.testkit.KeeperProcess;
import io.xtokenkeeper.testkit.Sleep;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * The load of {@link ChaosIT} by back ends and users: token calls, forced refreshes, proxied calls, imports, consents,
 * disconnects and revocations at X, each at a random replica. Actions that change a user's grant run one after the other.
 */
final class ChaosLoad {
    /** An access token that a caller received. */
    record Handed(String user, String token, Instant sent, Instant received, String by) {}

    private static final int PAUSE_MILLIS = 12;
    private static final int MAX_AT_ONCE = 60;

    private final ChaosReplicas replicas;
    private final int replicaCount;
    private final Sandbox x;
    private final List<String> users;
    private final Queue<String> toImport;
    private final SplittableRandom random;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore atOnce = new Semaphore(MAX_AT_ONCE);
    private final Map<String, Semaphore> owners = new ConcurrentHashMap<>();
    private final Queue<String> needConsent = new ConcurrentLinkedQueue<>();
    private final Queue<Handed> handed = new ConcurrentLinkedQueue<>();
    private final Map<String, SeededGrant> unconfirmed = new ConcurrentHashMap<>();
    private final Set<String> disconnecting = ConcurrentHashMap.newKeySet();
    private final Map<String, LongAdder> answers = new ConcurrentHashMap<>();
    private volatile boolean stopping;
    private Thread driver;

    /**
     * @param users users whose accounts are connected
     * @param toImport users whose grants are imported during the run
     */
    ChaosLoad(
            ChaosReplicas replicas, int replicaCount, Sandbox x, List<String> users, List<String> toImport, long seed) {
        this.replicas = replicas;
        this.replicaCount = replicaCount;
        this.x = x;
        this.users = new CopyOnWriteArrayList<>(users);
        this.toImport = new ConcurrentLinkedQueue<>(toImport);
        this.random = new SplittableRandom(seed);
    }

    void start() {
        driver = Thread.ofPlatform().start(() -> {
            while (!stopping) {
                Sleep.millis(PAUSE_MILLIS);
                if (atOnce.tryAcquire()) {
                    submit(act());
                }
            }
        });
    }

    private void submit(Runnable act) {
        threads.submit(() -> {
            try {
                act.run();
            } catch (UncheckedIOException | IllegalStateException | AssertionError unanswered) {
                count("no answer");
            } finally {
                atOnce.release();
            }
        });
    }

    private Runnable act() {
        var user = users.get(random.nextInt(users.size()));
        var replica = random.nextInt(replicaCount);
        var choice = random.nextInt(1_000);
        var minTtl = random.nextInt(25);
        if (choice < 700) {
            return () -> token(user, replica, minTtl);
        }
        if (choice < 780) {
            return () -> refresh(user, replica);
        }
        if (choice < 960) {
            return () -> proxied(user, replica);
        }
        if (choice < 990) {
            return () -> consent(needConsent.isEmpty() ? user : needConsent.poll(), replica);
        }
        if (choice < 994) {
            return () -> importOne(replica);
        }
        return choice < 998 ? () -> disconnect(user, replica) : () -> revokeAtX(user);
    }

    private Api api(int replica) {
        return new Api(replicas.url(replica), KeeperProcess.ADMIN_KEY);
    }

    private void token(String user, int replica, int minTtl) {
        var sent = Instant.now();
        var reply = api(replica).get("/api/v1/accounts/" + user + "/token?min_ttl=" + minTtl);
        note("token", user, replica, sent, reply);
    }

    private void refresh(String user, int replica) {
        var sent = Instant.now();
        note("refresh", user, replica, sent, api(replica).refresh(user));
    }

    private void note(String what, String user, int replica, Instant sent, Api.Reply reply) {
        count(what + " " + reply.status());
        if (reply.status() == 200) {
            handed.add(new Handed(
                    user, reply.text("access_token"), sent, Instant.now(), what + " at replica " + (replica + 1)));
        } else if ((reply.status() == 409 || reply.status() == 404) && !needConsent.contains(user)) {
            needConsent.add(user);
        }
    }

    private void proxied(String user, int replica) {
        count("proxied "
                + api(replica)
                        .get("/api/v1/accounts/" + user + "/x/2/echo/chaos")
                        .status());
    }

    private void consent(String user, int replica) {
        exclusively(user, () -> {
            var shown = new HttpBrowser(replicas.url(replica)).consent(user, "");
            count("consent " + shown.statusCode());
        });
    }

    private void importOne(int replica) {
        var user = toImport.poll();
        if (user != null) {
            unconfirmed.put(user, x.issueGrant(user));
            confirmImport(user, replica);
        }
    }

    private void confirmImport(String user, int replica) {
        var reply = api(replica).importDue(List.of(unconfirmed.get(user)));
        count("import " + reply.status());
        if (reply.status() == 200 && reply.http().body().matches("(?s).*\"result\":\"(imported|kept)\".*")) {
            unconfirmed.remove(user);
            users.add(user);
        }
    }

    private void disconnect(String user, int replica) {
        exclusively(user, () -> {
            disconnecting.add(user);
            confirmDisconnect(user, replica);
        });
    }

    private void confirmDisconnect(String user, int replica) {
        var status = api(replica).delete("/api/v1/accounts/" + user).status();
        count("disconnect " + status);
        if (status / 100 == 2 || status == 404) {
            disconnecting.remove(user);
        }
    }

    private void revokeAtX(String user) {
        exclusively(user, () -> x.revokeAtX(user));
        count("revoked at x");
    }

    /** Skips an action if another such action for the user is running. */
    private void exclusively(String user, Runnable act) {
        var owner = owners.computeIfAbsent(user, any -> new Semaphore(1));
        if (owner.tryAcquire()) {
            try {
                if (!disconnecting.contains(user)) {
                    act.run();
                }
            } finally {
                owner.release();
            }
        }
    }

    private void count(String answer) {
        answers.computeIfAbsent(answer, any -> new LongAdder()).increment();
    }

    /** Starts no more calls and waits for those that are in flight. */
    void stop() throws InterruptedException {
        stopping = true;
        driver.join();
        threads.shutdown();
        threads.awaitTermination(90, TimeUnit.SECONDS);
    }

    /** Repeats the imports and disconnects that were not confirmed; requires that all replicas respond. */
    boolean confirmed() {
        try {
            List.copyOf(unconfirmed.keySet()).forEach(user -> confirmImport(user, 0));
            List.copyOf(disconnecting).forEach(user -> confirmDisconnect(user, 0));
        } catch (UncheckedIOException notYet) {
            return false;
        }
        return unconfirmed.isEmpty() && disconnecting.isEmpty();
    }

    List<Handed> handed() {
        return new ArrayList<>(handed);
    }

    /** How often each kind of call got which response. */
    Map<String, Long> answers() {
        var counts = new TreeMap<String, Long>();
        answers.forEach((answer, count) -> counts.put(answer, count.sum()));
        return counts;
    }
}
