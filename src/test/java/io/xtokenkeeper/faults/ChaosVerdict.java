package io.xtokenkeeper.faults;

import io.xtokenkeeper.faults.LossExplainer.Cause;
import io.xtokenkeeper.sandbox.CallLog;
import io.xtokenkeeper.sandbox.LoggedCall;
import io.xtokenkeeper.sandbox.faults.Endpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Compares X's log with the database; collects what no fault explains. */
final class ChaosVerdict {
    /** Something that the service did and must not do. */
    record Finding(String user, String what) {}

    /** Every replica sees a change in the database within a second. */
    private static final Duration UNTIL_SEEN = Duration.ofMillis(1_200);

    private static final String PENDING = "pending-";

    private final Map<String, List<LoggedCall>> logs;
    private final List<ChaosDatabase.Saved> saved;
    private final LossExplainer explainer;
    private final List<Finding> findings = new ArrayList<>();
    private final Map<Cause, Long> losses = new TreeMap<>();
    private final Map<Cause, Long> spentTwice = new TreeMap<>();

    /** @param logs X's log by user */
    ChaosVerdict(Map<String, List<LoggedCall>> logs, List<ChaosDatabase.Saved> saved, LossExplainer explainer) {
        this.logs = logs;
        this.saved = List.copyOf(saved);
        this.explainer = explainer;
    }

    /** Every loss that the service recorded has a cause, and the reason that fits it. */
    void checkLosses(List<ChaosDatabase.Loss> recorded) {
        for (var loss : recorded) {
            var log = log(loss.account());
            var cause = isReplaced(loss.account(), log, loss.at())
                    ? Optional.of(Cause.REPLACED_BY_CONSENT)
                    : explainer.explain(log, loss.at());
            if (cause.isEmpty()) {
                findings.add(new Finding(loss.account(), loss.reason() + " at " + loss.at() + ", unexplained"));
            } else {
                losses.merge(cause.get(), 1L, Long::sum);
                if (!fits(loss.reason(), cause.get(), log, loss.at())) {
                    findings.add(new Finding(
                            loss.account(),
                            "named " + loss.reason() + " at " + loss.at() + ", but was " + cause.get()));
                }
            }
        }
    }

    /** X's log of an account's user; the user of a pending account is found by the tokens that the account holds. */
    private List<LoggedCall> log(String account) {
        if (!account.startsWith(PENDING)) {
            return logs.getOrDefault(account, List.of());
        }
        return saved.stream()
                .filter(each -> each.account().equals(account))
                .flatMap(each -> logs.values().stream()
                        .filter(log -> log.stream()
                                .flatMap(call -> call.issued().stream())
                                .anyMatch(issue -> issue.refresh().equals(each.fingerprint()))))
                .findFirst()
                .orElse(List.of());
    }

    /**
     * Whether a consent ended the grant, and its token pair is held by another account, because users/me did not return the
     * user, or was being saved at that time.
     */
    private boolean isReplaced(String account, List<LoggedCall> log, Instant at) {
        var newest = LossExplainer.newest(log.stream()
                .filter(call -> call.worked().orElse(Instant.MAX).isBefore(at))
                .toList());
        return newest.isPresent()
                && saved.stream()
                        .filter(each -> each.fingerprint()
                                .equals(newest.get().issued().orElseThrow().refresh()))
                        .anyMatch(each -> !each.account().equals(account)
                                || (newest.get().endpoint() == Endpoint.CODE
                                        && each.at().isAfter(at)));
    }

    /**
     * Whether the recorded reason fits the cause. A refresh whose response was lost is LOST_IN_FLIGHT. A revocation by the
     * user at X is REJECTED_BY_X, unless a refresh had an unknown outcome as well: X received it, or a replica was stopped
     * between its claim and its request.
     */
    private boolean fits(String reason, Cause cause, List<LoggedCall> log, Instant at) {
        var before = log.stream()
                .filter(call -> call.worked().orElse(Instant.MAX).isBefore(at))
                .toList();
        var newest = LossExplainer.newest(before).orElseThrow();
        var answerLost = newest.answerLost() && newest.endpoint() == Endpoint.REFRESH;
        return switch (cause) {
            case FROZEN_BEYOND_LEASE, FROZEN_BEFORE_SAVE, KILLED_BEFORE_SAVE, REPLACED_BY_CONSENT -> true;
            case REVOKED_AT_X ->
                reason.equals("REJECTED_BY_X") || answerLost || isUnknown(before, newest) || explainer.isUnderFault(at);
            case ANSWER_LOST, ANSWERED_AFTER_LEASE, KILLED_IN_FLIGHT -> reason.equals("LOST_IN_FLIGHT") || !answerLost;
        };
    }

    private static boolean isUnknown(List<LoggedCall> log, LoggedCall newest) {
        return log.stream()
                .filter(call ->
                        call.endpoint() == Endpoint.REFRESH && call.arrived().isAfter(newest.arrived()))
                .anyMatch(call -> !call.outcome().equals("token_invalid"));
    }

    /** Every refresh token that was presented again had an unknown outcome before. */
    void checkDoubleSpends() {
        logs.forEach((user, log) -> log.stream()
                .filter(call -> LossExplainer.isDoubleSpend(call, log))
                .forEach(call -> explainer
                        .explainDoubleSpend(call, log)
                        .ifPresentOrElse(
                                cause -> spentTwice.merge(cause, 1L, Long::sum),
                                () -> findings.add(new Finding(
                                        user, "spent " + call.presented() + " again at " + call.arrived())))));
    }

    /**
     * Every grant that is valid at X is held, and what is held is valid or its end is explained.
     *
     * @param revoking users of whom a token pair waits to be revoked
     * @param isLive whether X has a valid grant of this user
     */
    void checkHeld(List<ChaosDatabase.Row> rows, Set<String> revoking, Predicate<String> isLive, Instant now) {
        var held = new HashMap<String, ChaosDatabase.Row>();
        rows.stream().filter(ChaosDatabase.Row::active).forEach(row -> held.put(row.fingerprint(), row));
        var ids = new HashMap<String, ChaosDatabase.Row>();
        rows.forEach(row -> ids.put(row.id(), row));
        logs.forEach((user, log) -> {
            var newest = LossExplainer.newest(log);
            if (newest.isEmpty()) {
                return;
            }
            var isHeld = held.containsKey(newest.get().issued().orElseThrow().refresh());
            var account = Optional.ofNullable(ids.get(user));
            if (isLive.test(user)
                    && !isHeld
                    && !revoking.contains(user)
                    && explainer.explain(log, now).isEmpty()) {
                findings.add(new Finding(
                        user,
                        account.isEmpty()
                                ? "is alive at X, and the database has no account"
                                : "is alive at X, and the database has another token"));
            }
            if (!isLive.test(user)
                    && account.filter(ChaosDatabase.Row::active).isPresent()
                    && explainer.explain(log, now).isEmpty()) {
                findings.add(new Finding(user, "is active in the database and over at X, unexplained"));
            }
        });
    }

    /** No caller was given a token after a later one had been in the database for longer than replicas need to see it. */
    void checkHanded(List<ChaosLoad.Handed> handed) {
        var savedAt = new HashMap<String, Instant>();
        saved.stream()
                .filter(each -> !each.account().startsWith(PENDING))
                .forEach(each -> savedAt.putIfAbsent(each.fingerprint(), each.at()));
        for (var each : handed) {
            var log = logs.getOrDefault(each.user(), List.of());
            var fingerprint = CallLog.fingerprint(each.token());
            var issue = log.stream()
                    .flatMap(call -> call.issued().stream())
                    .filter(issued -> issued.access().equals(fingerprint))
                    .findFirst();
            if (issue.isEmpty()) {
                findings.add(new Finding(each.user(), each.by() + ": was given a token that X did not issue to it"));
                continue;
            }
            log.stream()
                    .flatMap(call -> call.issued().stream())
                    .filter(later -> later.after(issue.get()))
                    .filter(later -> !later.refresh().equals(issue.get().refresh()))
                    .map(later -> savedAt.get(later.refresh()))
                    .filter(at -> at != null && at.isBefore(each.sent().minus(UNTIL_SEEN)) && !explainer.isFrozen(at))
                    .findFirst()
                    .ifPresent(at -> findings.add(new Finding(
                            each.user(),
                            each.by() + ", sent " + each.sent() + ": was given " + fingerprint
                                    + " whose successor had been saved at " + at)));
        }
    }

    List<Finding> findings() {
        return findings;
    }

    /** Losses by cause. */
    Map<Cause, Long> losses() {
        return losses;
    }

    /** Tokens presented again, by the cause of the first outcome being unknown. */
    Map<Cause, Long> spentTwice() {
        return spentTwice;
    }
}
