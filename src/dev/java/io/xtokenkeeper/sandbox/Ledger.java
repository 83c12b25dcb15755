package io.xtokenkeeper.sandbox;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What happened at the sandbox: calls by endpoint and outcome, refreshes, double spends, lost answers. A live view, safe
 * from any thread. An outcome is {@code ok}, the name of a refusal ({@code token_invalid}, {@code no_authorization}, …)
 * or the name of the fault that struck ({@code drop_after}, …), all in lower case.
 */
public final class Ledger {
    static final String OK = "ok";

    private final World world;
    private final Map<Endpoint, Map<String, Long>> calls = new EnumMap<>(Endpoint.class);
    private final Map<UserId, Long> doubleSpends = new HashMap<>();
    private final Map<UserId, Long> lostAnswers = new HashMap<>();
    private long excused;
    private int tokenCallsNow;
    private int tokenCallsAtMost;

    Ledger(World world) {
        this.world = world;
    }

    /** Calls answered, or left without an answer, by endpoint and outcome. */
    public Map<Endpoint, Map<String, Long>> calls() {
        synchronized (world) {
            Map<Endpoint, Map<String, Long>> copy = new EnumMap<>(Endpoint.class);
            calls.forEach((endpoint, outcomes) -> copy.put(endpoint, new TreeMap<>(outcomes)));
            return copy;
        }
    }

    public long calls(Endpoint endpoint) {
        synchronized (world) {
            return outcomes(endpoint).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
        }
    }

    public long calls(Endpoint endpoint, String outcome) {
        synchronized (world) {
            return outcomes(endpoint).getOrDefault(outcome, 0L);
        }
    }

    public long totalCalls() {
        synchronized (world) {
            return calls.keySet().stream().mapToLong(this::calls).sum();
        }
    }

    /** Rotations done for this person. */
    public long refreshes(String userId) {
        synchronized (world) {
            return refreshes(UserId.of(userId));
        }
    }

    /** Rotations done, by user id; people without one are left out. */
    public Map<String, Long> refreshes() {
        synchronized (world) {
            Map<String, Long> byUser = new TreeMap<>();
            for (UserId user : world.grants().users()) {
                long refreshes = refreshes(user);
                if (refreshes > 0) {
                    byUser.put(user.toString(), refreshes);
                }
            }
            return byUser;
        }
    }

    public long totalRefreshes() {
        synchronized (world) {
            return world.grants().all().mapToLong(Grant::refreshes).sum();
        }
    }

    /** How often a spent refresh token was presented again. */
    public long doubleSpends() {
        synchronized (world) {
            return sum(doubleSpends);
        }
    }

    /** The part of {@link #doubleSpends()} where the answer to the rotation was lost, so that the app could not know. */
    public long excusedDoubleSpends() {
        synchronized (world) {
            return excused;
        }
    }

    public Map<String, Long> doubleSpendsByUser() {
        synchronized (world) {
            return byText(doubleSpends);
        }
    }

    /** Rotations that were done and whose answer never reached the app, or was of no use to it. */
    public long lostAnswers() {
        synchronized (world) {
            return sum(lostAnswers);
        }
    }

    public Map<String, Long> lostAnswersByUser() {
        synchronized (world) {
            return byText(lostAnswers);
        }
    }

    public long liveGrants() {
        synchronized (world) {
            long now = world.now();
            return world.grants().all().filter(grant -> grant.live(now)).count();
        }
    }

    public long liveGrants(String userId) {
        synchronized (world) {
            long now = world.now();
            return world.grants()
                    .of(UserId.of(userId))
                    .filter(grant -> grant.live(now))
                    .count();
        }
    }

    /** Would X take this refresh token, or this access token, now? */
    public boolean isLive(String token) {
        synchronized (world) {
            Optional<TokenClaims> refresh = world.read(token, TokenClaims.Kind.REFRESH);
            return refresh.isPresent()
                    ? world.grants().numbered(refresh.get().grant()).standingOf(refresh.get(), world.now())
                            == Grant.Standing.LIVE
                    : world.grantOfLiveAccess(token).isPresent();
        }
    }

    /** The most token calls that were open at the same time. */
    public int maxConcurrentTokenCalls() {
        synchronized (world) {
            return tokenCallsAtMost;
        }
    }

    /** Token calls open now, those left hanging among them. */
    public int openTokenCalls() {
        synchronized (world) {
            return tokenCallsNow;
        }
    }

    void clear() {
        calls.clear();
        doubleSpends.clear();
        lostAnswers.clear();
        excused = 0;
        tokenCallsAtMost = tokenCallsNow;
    }

    void count(Endpoint endpoint, String outcome) {
        calls.computeIfAbsent(endpoint, any -> new HashMap<>()).merge(outcome, 1L, Long::sum);
    }

    void doubleSpend(Grant grant, TokenClaims spent) {
        doubleSpends.merge(grant.user(), 1L, Long::sum);
        if (grant.excuses(spent)) {
            excused++;
        }
    }

    void lostAnswer(Grant grant) {
        synchronized (world) {
            grant.answerLost();
            lostAnswers.merge(grant.user(), 1L, Long::sum);
        }
    }

    void tokenCallBegins() {
        synchronized (world) {
            tokenCallsNow++;
            tokenCallsAtMost = Math.max(tokenCallsAtMost, tokenCallsNow);
        }
    }

    void tokenCallEnds() {
        synchronized (world) {
            tokenCallsNow--;
        }
    }

    private Map<String, Long> outcomes(Endpoint endpoint) {
        return calls.getOrDefault(endpoint, Map.of());
    }

    private long refreshes(UserId user) {
        return world.grants().of(user).mapToLong(Grant::refreshes).sum();
    }

    private static long sum(Map<UserId, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    private static Map<String, Long> byText(Map<UserId, Long> counts) {
        Map<String, Long> byText = new TreeMap<>();
        counts.forEach((user, count) -> byText.put(user.toString(), count));
        return byText;
    }
}
