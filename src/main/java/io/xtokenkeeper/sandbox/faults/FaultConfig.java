package io.xtokenkeeper.sandbox.faults;

import io.xtokenkeeper.sandbox.grants.Lifetimes;
import io.xtokenkeeper.sandbox.grants.TestUser;
import io.xtokenkeeper.sandbox.grants.UserId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Configures everything about X that is not known for certain, or that can fail. The defaults are X as documented, without
 * faults.
 *
 * @param accessTokenLife of tokens issued from now on, whole seconds
 * @param latency of the token endpoint: the call is processed at once, the response is sent this much later
 * @param latencyBefore of the token endpoint: the call is processed this much after it was received
 * @param grace how long after a refresh the spent token still returns the pair that replaced it; zero for never
 * @param replayKillsFamily whether a spent refresh token that is presented again ends the whole grant
 * @param refreshKillsOldAccess whether a refresh ends the previous access token
 * @param reconsentKillsOldGrant whether a new consent of the same user for the same app ends the old grant
 * @param revokeKillsPair whether revoking one token of a pair ends the other
 * @param revokeRefusesUnknownTokens whether the revocation of a token that is not valid returns 400
 * @param sendIss whether the redirect back carries {@code iss}
 * @param rateLimitReset time until {@code x-rate-limit-reset} in a 429
 * @param retryAfter sent with 429 and 503; zero for no such header
 * @param profiles users/me responses by user id, in place of the users that the simulator was started with
 * @param withheldScopes scopes that a consent does not grant, although they were asked for
 * @param logCalls whether the call log keeps every call; off by default, because it is never emptied
 * @param faults by endpoint; the first rule that concerns a call applies
 */
public record FaultConfig(
        Duration accessTokenLife,
        Duration latency,
        Duration latencyBefore,
        Duration grace,
        boolean replayKillsFamily,
        boolean refreshKillsOldAccess,
        boolean reconsentKillsOldGrant,
        boolean revokeKillsPair,
        boolean revokeRefusesUnknownTokens,
        SendIss sendIss,
        Duration rateLimitReset,
        Duration retryAfter,
        Map<String, TestUser> profiles,
        Set<String> withheldScopes,
        boolean logCalls,
        Map<Endpoint, List<FaultRule>> faults) {

    private static final Duration LONGEST = Duration.ofSeconds(Integer.MAX_VALUE);

    public FaultConfig {
        Stream.of(accessTokenLife, latency, latencyBefore, grace, rateLimitReset, retryAfter)
                .filter(time -> time.isNegative() || time.compareTo(LONGEST) > 0)
                .forEach(time -> {
                    throw new IllegalArgumentException("a time from 0 to " + LONGEST.toSeconds() + " s: " + time);
                });
        profiles = Map.copyOf(profiles);
        withheldScopes = Set.copyOf(withheldScopes);
        faults = Map.copyOf(faults);
    }

    public static FaultConfig defaults() {
        return new FaultConfig(
                Lifetimes.documented().access(),
                Duration.ZERO,
                Duration.ZERO,
                Duration.ZERO,
                false,
                false,
                true,
                true,
                false,
                SendIss.NONE,
                Duration.ofMinutes(15),
                Duration.ZERO,
                Map.of(),
                Set.of(),
                false,
                Map.of());
    }

    public FaultConfig withAccessTokenLife(Duration value) {
        return change(draft -> draft.accessTokenLife = value);
    }

    public FaultConfig withLatency(Duration value) {
        return change(draft -> draft.latency = value);
    }

    public FaultConfig withLatencyBefore(Duration value) {
        return change(draft -> draft.latencyBefore = value);
    }

    public FaultConfig withGrace(Duration value) {
        return change(draft -> draft.grace = value);
    }

    public FaultConfig withReplayKillsFamily(boolean value) {
        return change(draft -> draft.replayKillsFamily = value);
    }

    public FaultConfig withRefreshKillsOldAccess(boolean value) {
        return change(draft -> draft.refreshKillsOldAccess = value);
    }

    public FaultConfig withReconsentKillsOldGrant(boolean value) {
        return change(draft -> draft.reconsentKillsOldGrant = value);
    }

    public FaultConfig withRevokeKillsPair(boolean value) {
        return change(draft -> draft.revokeKillsPair = value);
    }

    public FaultConfig withRevokeRefusesUnknownTokens(boolean value) {
        return change(draft -> draft.revokeRefusesUnknownTokens = value);
    }

    public FaultConfig withSendIss(SendIss value) {
        return change(draft -> draft.sendIss = value);
    }

    public FaultConfig withRateLimitReset(Duration value) {
        return change(draft -> draft.rateLimitReset = value);
    }

    public FaultConfig withRetryAfter(Duration value) {
        return change(draft -> draft.retryAfter = value);
    }

    /** Name and username may be any text, also what X would not allow. */
    public FaultConfig withProfile(TestUser profile) {
        return change(draft -> draft.profiles.put(profile.id(), profile));
    }

    public FaultConfig withProfiles(List<TestUser> profiles) {
        return change(draft -> {
            draft.profiles.clear();
            profiles.forEach(profile -> draft.profiles.put(profile.id(), profile));
        });
    }

    public FaultConfig withWithheldScopes(Set<String> value) {
        return change(draft -> draft.withheldScopes = value);
    }

    public FaultConfig withLogCalls(boolean value) {
        return change(draft -> draft.logCalls = value);
    }

    /** Applies this fault to every call of the endpoint, indefinitely; {@link Fault#NONE} removes it. */
    public FaultConfig withFault(Endpoint endpoint, Fault fault) {
        return withFault(endpoint, FaultRule.always(fault));
    }

    /** Replaces the rules of the endpoint: a later rule applies when the ones before it are used up. */
    public FaultConfig withFault(Endpoint endpoint, FaultRule... rules) {
        return withFaults(endpoint, List.of(rules));
    }

    public FaultConfig withFaults(Endpoint endpoint, List<FaultRule> rules) {
        List<FaultRule> real =
                rules.stream().filter(rule -> rule.fault() != Fault.NONE).toList();
        return change(draft -> {
            if (real.isEmpty()) {
                draft.faults.remove(endpoint);
            } else {
                draft.faults.put(endpoint, real);
            }
        });
    }

    public FaultConfig withoutFaults() {
        return change(draft -> draft.faults.clear());
    }

    public Optional<FaultRule> faultAt(Endpoint endpoint, Optional<UserId> user) {
        return faults.isEmpty()
                ? Optional.empty()
                : faults.getOrDefault(endpoint, List.of()).stream()
                        .filter(rule -> rule.concerns(user))
                        .findFirst();
    }

    /** The configuration after this rule was applied once. */
    public FaultConfig struck(Endpoint endpoint, FaultRule rule) {
        List<FaultRule> left = new ArrayList<>();
        boolean struck = false;
        for (FaultRule each : faults.getOrDefault(endpoint, List.of())) {
            if (!struck && each.equals(rule)) {
                struck = true;
                each.struck().ifPresent(left::add);
            } else {
                left.add(each);
            }
        }
        return withFaults(endpoint, left);
    }

    private FaultConfig change(Consumer<Draft> edit) {
        Draft draft = new Draft(this);
        edit.accept(draft);
        return draft.done();
    }

    private static final class Draft {
        private Duration accessTokenLife;
        private Duration latency;
        private Duration latencyBefore;
        private Duration grace;
        private boolean replayKillsFamily;
        private boolean refreshKillsOldAccess;
        private boolean reconsentKillsOldGrant;
        private boolean revokeKillsPair;
        private boolean revokeRefusesUnknownTokens;
        private SendIss sendIss;
        private Duration rateLimitReset;
        private Duration retryAfter;
        private final Map<String, TestUser> profiles = new HashMap<>();
        private Set<String> withheldScopes;
        private boolean logCalls;
        private final Map<Endpoint, List<FaultRule>> faults = new EnumMap<>(Endpoint.class);

        Draft(FaultConfig from) {
            accessTokenLife = from.accessTokenLife;
            latency = from.latency;
            latencyBefore = from.latencyBefore;
            grace = from.grace;
            replayKillsFamily = from.replayKillsFamily;
            refreshKillsOldAccess = from.refreshKillsOldAccess;
            reconsentKillsOldGrant = from.reconsentKillsOldGrant;
            revokeKillsPair = from.revokeKillsPair;
            revokeRefusesUnknownTokens = from.revokeRefusesUnknownTokens;
            sendIss = from.sendIss;
            rateLimitReset = from.rateLimitReset;
            retryAfter = from.retryAfter;
            profiles.putAll(from.profiles);
            withheldScopes = from.withheldScopes;
            logCalls = from.logCalls;
            faults.putAll(from.faults);
        }

        FaultConfig done() {
            return new FaultConfig(
                    accessTokenLife,
                    latency,
                    latencyBefore,
                    grace,
                    replayKillsFamily,
                    refreshKillsOldAccess,
                    reconsentKillsOldGrant,
                    revokeKillsPair,
                    revokeRefusesUnknownTokens,
                    sendIss,
                    rateLimitReset,
                    retryAfter,
                    profiles,
                    withheldScopes,
                    logCalls,
                    faults);
        }
    }
}
