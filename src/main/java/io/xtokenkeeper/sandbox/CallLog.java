package io.xtokenkeeper.sandbox;

import io.xtokenkeeper.sandbox.faults.Endpoint;
import io.xtokenkeeper.sandbox.faults.FaultConfig;
import io.xtokenkeeper.sandbox.grants.Grant;
import io.xtokenkeeper.sandbox.grants.TokenClaims;
import io.xtokenkeeper.sandbox.grants.UserId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Records what happened at the simulator: calls by endpoint and outcome, refreshes, double spends, lost responses. A live
 * view, thread-safe. An outcome is {@code ok}, the name of an error ({@code token_invalid}, {@code no_authorization}, …) or
 * of the injected fault ({@code drop_after}, …), all in lower case.
 */
public final class CallLog {
    static final String OK = "ok";

    private record AccessToken(int grant, int generation) {}

    private final SimulatorState world;
    private final Map<Endpoint, Map<String, Long>> calls = new EnumMap<>(Endpoint.class);
    private final Map<UserId, Long> doubleSpends = new HashMap<>();
    private final Map<UserId, Long> lostAnswers = new HashMap<>();
    private final Map<UserId, List<CallRecord>> log = new HashMap<>();
    private final Map<AccessToken, Long> replaced = new HashMap<>();
    private long excused;
    private int tokenCallsNow;
    private int tokenCallsAtMost;

    CallLog(SimulatorState world) {
        this.world = world;
    }

    /** Calls that were processed, with or without a response, by endpoint and outcome. */
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

    /** How many refreshes this user's grants had. */
    public long refreshes(String userId) {
        synchronized (world) {
            return refreshes(UserId.of(userId));
        }
    }

    /** Number of refreshes by user id; users without one are omitted. */
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

    /**
     * The part of {@link #doubleSpends()} where the response of the refresh was lost, so that the app could not know that
     * the token was spent.
     */
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

    /** Refreshes that were done and whose response never reached the app, or was of no use to it. */
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

    /** The scopes of this user's valid grants, in alphabetical order. */
    public Set<String> liveScopes(String userId) {
        synchronized (world) {
            long now = world.now();
            return world.grants()
                    .of(UserId.of(userId))
                    .filter(grant -> grant.live(now))
                    .flatMap(grant -> grant.scope().names().stream())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /** Whether X would accept this refresh token, or this access token, now. */
    public boolean isLive(String token) {
        synchronized (world) {
            Optional<TokenClaims> refresh = world.read(token, TokenClaims.Kind.REFRESH);
            return refresh.isPresent()
                    ? world.grants().numbered(refresh.get().grant()).standingOf(refresh.get(), world.now())
                            == Grant.Standing.LIVE
                    : world.grantOfLiveAccess(token).isPresent();
        }
    }

    /** The logged calls of a user, in order; empty unless {@link FaultConfig#logCalls()} is on. */
    public List<LoggedCall> log(String userId) {
        synchronized (world) {
            return log.getOrDefault(UserId.of(userId), List.of()).stream()
                    .map(CallRecord::snapshot)
                    .toList();
        }
    }

    /** The logged calls that issued a token pair whose response was not sent completely. */
    public List<LoggedCall> lostAnswers(String userId) {
        return log(userId).stream().filter(LoggedCall::answerLost).toList();
    }

    /**
     * When X replaced this access token by a later one of the same user, through a refresh or a new consent. Empty if it did
     * not, if the token was not issued by this simulator, and if {@link FaultConfig#logCalls()} was off at that time.
     */
    public Optional<Instant> replacedAt(String accessToken) {
        synchronized (world) {
            return world.read(accessToken, TokenClaims.Kind.ACCESS)
                    .map(claims -> replaced.get(new AccessToken(claims.grant(), claims.generation())))
                    .map(Instant::ofEpochMilli);
        }
    }

    /** Identifies a token in the log without revealing it: the first 16 bytes of its SHA-256, in hex. */
    public static String fingerprint(String token) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The maximum number of token calls that were open at the same time. */
    public int maxConcurrentTokenCalls() {
        synchronized (world) {
            return tokenCallsAtMost;
        }
    }

    /** Token calls that are open now, including those that never get a response. */
    public int openTokenCalls() {
        synchronized (world) {
            return tokenCallsNow;
        }
    }

    void clear() {
        calls.clear();
        doubleSpends.clear();
        lostAnswers.clear();
        log.clear();
        replaced.clear();
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

    /** A record for a call that was just received; kept if calls are logged. */
    CallRecord record(Endpoint endpoint, Optional<UserId> user, String host, Optional<String> presented) {
        boolean kept = world.switches().logCalls();
        String fingerprint = kept ? presented.map(CallLog::fingerprint).orElse("") : "";
        CallRecord record = new CallRecord(endpoint, user, host, fingerprint, world.now());
        if (kept) {
            user.ifPresent(
                    id -> log.computeIfAbsent(id, any -> new ArrayList<>()).add(record));
        }
        return record;
    }

    /** Logs something that happened at X itself, without a call of the app. */
    void log(UserId user, String outcome, Optional<LoggedCall.Issue> issued) {
        CallRecord record = record(Endpoint.AUTHORIZE, Optional.of(user), "", Optional.empty());
        record.worked(outcome, world.now());
        issued.ifPresent(record::issued);
        record.ended(LoggedCall.End.ANSWERED, world.now());
    }

    /** This access token has been replaced by a new one. */
    void replaced(TokenClaims access, long now) {
        if (world.switches().logCalls()) {
            replaced.putIfAbsent(new AccessToken(access.grant(), access.generation()), now);
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
