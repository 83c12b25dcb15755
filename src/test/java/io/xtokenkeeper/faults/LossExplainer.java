package io.xtokenkeeper.faults;

import io.xtokenkeeper.sandbox.LoggedCall;
import io.xtokenkeeper.sandbox.faults.Endpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Determines why a grant was lost, from X's log of its user and from the faults of the replicas. Only knows causes that no
 * client can prevent.
 */
final class LossExplainer {
    /** Why the tokens that a call issued, or the fact that they were spent, could not reach the service. */
    enum Cause {
        /** X never sent the response completely. */
        ANSWER_LOST,
        /** The replica was killed between sending the request and saving the response. */
        KILLED_IN_FLIGHT,
        /**
         * The replica was killed with a response that it could not save, because the database was down; its journal was
         * replayed after the lease had ended, if at all.
         */
        KILLED_BEFORE_SAVE,
        /**
         * The replica was suspended for longer than a lease with a response that it could not save before, because the
         * database was down; the other replicas could not know of it.
         */
        FROZEN_BEFORE_SAVE,
        /** The replica was suspended for longer than a lease while the request was at X, or just before. */
        FROZEN_BEYOND_LEASE,
        /** X responded when the lease had ended, or was about to. */
        ANSWERED_AFTER_LEASE,
        /** A later consent of the same user ended the grant, and was being saved or is held by a pending account. */
        REPLACED_BY_CONSENT,
        /** The user revoked the grant at X. */
        REVOKED_AT_X
    }

    /** From the receipt of a response to its save or its journal page, on a machine that is starting replicas. */
    private static final Duration TO_SAVE = Duration.ofSeconds(3);
    /** From the last check of the lease to the request's arrival at X, on such a machine. */
    private static final Duration TO_SEND = Duration.ofSeconds(2);
    /** By how much the times of two processes on one machine may be out of order. */
    private static final Duration SLACK = Duration.ofMillis(300);
    /** The service ends a call at least this long before its lease ends. */
    private static final Duration LEASE_MARGIN = Duration.ofSeconds(5);

    private final List<ReplicaFault> faults;
    private final Map<String, Instant> saved;
    private final Duration lease;

    /** @param saved when the database first held a refresh token, by its fingerprint */
    LossExplainer(List<ReplicaFault> faults, Map<String, Instant> saved, Duration lease) {
        this.faults = List.copyOf(faults);
        this.saved = Map.copyOf(saved);
        this.lease = lease;
    }

    /**
     * Why the grant that this user had at {@code at} was lost by then; empty if the service is to blame.
     *
     * @param log X's log of the user
     */
    Optional<Cause> explain(List<LoggedCall> log, Instant at) {
        // a consent that follows at once is a different event
        return explainUntil(log, at).or(() -> explainUntil(log, at.plus(SLACK)));
    }

    private Optional<Cause> explainUntil(List<LoggedCall> log, Instant end) {
        var before = log.stream()
                .filter(call -> call.worked().orElse(Instant.MAX).isBefore(end))
                .toList();
        var newest = newest(before);
        if (newest.isEmpty()) {
            return Optional.empty();
        }
        var since = newest.get().worked().orElseThrow();
        var ending = before.stream()
                .filter(call -> !call.worked().orElseThrow().isBefore(since))
                .filter(call -> isRevocation(call) || isDoubleSpend(call, before))
                .min(Comparator.comparing(call -> call.worked().orElseThrow()));
        return ending.filter(LossExplainer::isRevocation).isPresent()
                ? Optional.of(Cause.REVOKED_AT_X)
                : explain(newest.get()).or(() -> ending.flatMap(call -> explainDoubleSpend(call, before)));
    }

    private static boolean isRevocation(LoggedCall call) {
        return call.outcome().equals("revoked_at_x");
    }

    /** The call that issued the user's newest token pair. */
    static Optional<LoggedCall> newest(List<LoggedCall> log) {
        return log.stream()
                .filter(call -> call.issued().isPresent())
                .max(Comparator.comparing(
                        call -> call.issued().orElseThrow(), (a, b) -> a.after(b) ? 1 : b.after(a) ? -1 : 0));
    }

    /** Whether this call presented a refresh token that an earlier one had spent. */
    static boolean isDoubleSpend(LoggedCall call, List<LoggedCall> log) {
        return call.endpoint() == Endpoint.REFRESH
                && call.outcome().equals("token_invalid")
                && spender(call, log).isPresent();
    }

    /** Why a refresh token was presented again; empty if the service is to blame. */
    Optional<Cause> explainDoubleSpend(LoggedCall second, List<LoggedCall> log) {
        var first = spender(second, log).orElseThrow();
        // the call that arrived first had an unknown outcome when the other one was sent
        return first.arrived().isAfter(second.arrived())
                ? explain(second)
                : explain(first).or(() -> frozen(second.host(), second.arrived().minus(TO_SEND), second.arrived()));
    }

    private static Optional<LoggedCall> spender(LoggedCall second, List<LoggedCall> log) {
        return log.stream()
                .filter(call -> call != second && call.endpoint() == Endpoint.REFRESH)
                .filter(call -> call.issued().isPresent() && call.presented().equals(second.presented()))
                .filter(call -> !call.issued().get().refresh().equals(call.presented()))
                .findFirst();
    }

    /** Why the response of this call could not be used; empty if it could. */
    Optional<Cause> explain(LoggedCall call) {
        var ended = call.ended().orElse(Instant.MAX);
        return switch (call.end()) {
            case LOST -> Optional.of(Cause.ANSWER_LOST);
            case OPEN -> Optional.of(Cause.ANSWERED_AFTER_LEASE);
            case ANSWERED ->
                killed(call.host(), call.arrived(), received(call.host(), ended).plus(TO_SAVE))
                        .filter(killed -> !isSaved(call))
                        .or(() -> endedBeforeSave(call, received(call.host(), ended)))
                        .or(() -> frozen(call.host(), call.arrived().minus(SLACK), ended.plus(SLACK)))
                        .or(() -> frozenInSave(call, ended))
                        .or(() -> late(call.arrived(), ended));
            case CALLER_GONE ->
                killed(call.host(), call.arrived(), ended.plus(SLACK))
                        .or(() -> frozen(call.host(), call.arrived().minus(SLACK), ended.plus(SLACK)))
                        .or(() -> late(call.arrived(), ended));
        };
    }

    private Optional<Cause> frozenInSave(LoggedCall call, Instant received) {
        return struck(
                        call.host(),
                        ReplicaFault.Kind.FROZEN,
                        lease.minus(LEASE_MARGIN),
                        received,
                        received.plus(TO_SAVE))
                .filter(freeze -> savedAt(call).isAfter(freeze.from()))
                .map(freeze -> Cause.FROZEN_BEYOND_LEASE);
    }

    /** Whether a replica was stopped or ended shortly before: the outcome of one of its claims may be known to X only. */
    boolean isUnderFault(Instant at) {
        return faults.stream()
                .filter(fault -> fault.kind() != ReplicaFault.Kind.DOWN)
                .anyMatch(fault -> fault.overlaps(at.minus(lease.multipliedBy(2)), at));
    }

    /** Whether a replica is suspended. What it writes at that time is committed, if at all, when it continues. */
    boolean isFrozen(Instant at) {
        return faults.stream()
                .filter(fault -> fault.kind() == ReplicaFault.Kind.FROZEN)
                .anyMatch(fault -> fault.overlaps(at.minus(SLACK), at.plus(SLACK)));
    }

    private Instant savedAt(LoggedCall call) {
        return call.issued()
                .map(issue -> saved.getOrDefault(issue.refresh(), Instant.MAX))
                .orElse(Instant.MAX);
    }

    private boolean isSaved(LoggedCall call) {
        return savedAt(call).isBefore(Instant.MAX);
    }

    /** Whether the replica was ended, or suspended for long, while it held a response that it could not save. */
    private Optional<Cause> endedBeforeSave(LoggedCall call, Instant received) {
        var savedAt = savedAt(call);
        return struck(call.host(), ReplicaFault.Kind.KILLED, Duration.ZERO, received, savedAt)
                .filter(kill -> isDatabaseDown(received, kill.from()))
                .map(kill -> Cause.KILLED_BEFORE_SAVE)
                .or(() -> struck(call.host(), ReplicaFault.Kind.FROZEN, lease.minus(LEASE_MARGIN), received, savedAt)
                        .filter(freeze -> isDatabaseDown(received, freeze.from()))
                        .map(freeze -> Cause.FROZEN_BEFORE_SAVE));
    }

    private boolean isDatabaseDown(Instant received, Instant until) {
        return struck(ReplicaFault.DATABASE, ReplicaFault.Kind.DOWN, Duration.ZERO, received.minus(SLACK), until)
                .isPresent();
    }

    /** A suspended replica receives what has arrived when it continues. */
    private Instant received(String replica, Instant arrived) {
        return faults.stream()
                .filter(fault -> fault.kind() == ReplicaFault.Kind.FROZEN
                        && fault.replica().equals(replica))
                .filter(fault -> fault.overlaps(arrived.minus(SLACK), arrived.plus(SLACK)))
                .map(ReplicaFault::to)
                .reduce(arrived, (a, b) -> a.isAfter(b) ? a : b);
    }

    private Optional<Cause> killed(String replica, Instant from, Instant to) {
        return struck(replica, ReplicaFault.Kind.KILLED, Duration.ZERO, from.minus(SLACK), to)
                .map(fault -> Cause.KILLED_IN_FLIGHT);
    }

    private Optional<Cause> frozen(String replica, Instant from, Instant to) {
        return struck(replica, ReplicaFault.Kind.FROZEN, lease.minus(LEASE_MARGIN), from, to)
                .map(fault -> Cause.FROZEN_BEYOND_LEASE);
    }

    private Optional<ReplicaFault> struck(
            String replica, ReplicaFault.Kind kind, Duration atLeast, Instant from, Instant to) {
        return faults.stream()
                .filter(fault -> fault.kind() == kind && fault.replica().equals(replica))
                .filter(fault -> Duration.between(fault.from(), fault.to()).compareTo(atLeast) >= 0)
                .filter(fault -> fault.overlaps(from, to))
                .findFirst();
    }

    private Optional<Cause> late(Instant arrived, Instant ended) {
        return Duration.between(arrived, ended).compareTo(lease.minus(LEASE_MARGIN)) >= 0
                ? Optional.of(Cause.ANSWERED_AFTER_LEASE)
                : Optional.empty();
    }
}
