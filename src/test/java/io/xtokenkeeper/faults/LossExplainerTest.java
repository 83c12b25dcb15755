package io.xtokenkeeper.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.xtokenkeeper.faults.LossExplainer.Cause;
import io.xtokenkeeper.sandbox.LoggedCall;
import io.xtokenkeeper.sandbox.LoggedCall.End;
import io.xtokenkeeper.sandbox.faults.Endpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A loss that a fault explains is explained, and one that no fault explains is not. */
class LossExplainerTest {
    private static final String USER = "42";
    private static final String REPLICA = "127.0.0.1";
    private static final String OTHER = "127.0.0.2";
    private static final Duration LEASE = Duration.ofSeconds(12);
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    private final List<LoggedCall> log = new ArrayList<>();
    private final List<ReplicaFault> faults = new ArrayList<>();

    private static Instant at(double seconds) {
        return BEGIN.plusMillis((long) (seconds * 1000));
    }

    private LoggedCall refresh(String host, double arrived, double ended, int generation, End end) {
        var call = new LoggedCall(
                Endpoint.REFRESH,
                USER,
                host,
                "r" + (generation - 1),
                at(arrived),
                Optional.of(at(arrived)),
                Optional.of(at(ended)),
                "ok",
                Optional.of(new LoggedCall.Issue(0, generation, "a" + generation, "r" + generation)),
                end);
        log.add(call);
        return call;
    }

    private LoggedCall refused(String host, double arrived, double ended, int generation, End end) {
        var call = new LoggedCall(
                Endpoint.REFRESH,
                USER,
                host,
                "r" + generation,
                at(arrived),
                Optional.of(at(ended)),
                Optional.of(at(ended)),
                "token_invalid",
                Optional.empty(),
                end);
        log.add(call);
        return call;
    }

    private void revokedAtX(double when) {
        log.add(new LoggedCall(
                Endpoint.AUTHORIZE,
                USER,
                "",
                "",
                at(when),
                Optional.of(at(when)),
                Optional.of(at(when)),
                "revoked_at_x",
                Optional.empty(),
                End.ANSWERED));
    }

    private void killed(String host, double when) {
        faults.add(new ReplicaFault(host, ReplicaFault.Kind.KILLED, at(when), at(when + 0.1)));
    }

    private void frozen(String host, double from, double to) {
        faults.add(new ReplicaFault(host, ReplicaFault.Kind.FROZEN, at(from), at(to)));
    }

    private LossExplainer explainer(String... saved) {
        var savedAt = Stream.of(saved).collect(Collectors.toMap(token -> token, token -> at(20)));
        return new LossExplainer(faults, savedAt, LEASE);
    }

    private Optional<Cause> explained(String... saved) {
        return explainer(saved).explain(log, at(100));
    }

    @Test
    void anAnswerThatArrivedExplainsNothing() {
        refresh(REPLICA, 10, 10.1, 1, End.ANSWERED);
        assertThat(explained()).isEmpty();
    }

    @Test
    void anAnswerThatNeverLeftXWhole() {
        refresh(REPLICA, 10, 10.1, 1, End.LOST);
        assertThat(explained()).contains(Cause.ANSWER_LOST);
    }

    @Test
    void anAnswerLostBeforeALaterOneArrivedExplainsNothing() {
        refresh(REPLICA, 10, 10.1, 1, End.LOST);
        refresh(REPLICA, 20, 20.1, 2, End.ANSWERED);
        assertThat(explained()).isEmpty();
    }

    @Test
    void aReplicaKilledWithTheCallAtX() {
        refresh(REPLICA, 10, 15, 1, End.CALLER_GONE);
        killed(REPLICA, 12);
        assertThat(explained()).contains(Cause.KILLED_IN_FLIGHT);
    }

    @Test
    void aReplicaKilledBetweenAnswerAndSave() {
        refresh(REPLICA, 10, 10.1, 1, End.ANSWERED);
        killed(REPLICA, 10.5);
        assertThat(explained()).contains(Cause.KILLED_IN_FLIGHT);
        assertThat(explained("r1")).as("it was saved").isEmpty();
    }

    @Test
    void aReplicaKilledWithAnAnswerThatItCouldNotSave() {
        refresh(REPLICA, 10, 10.1, 1, End.ANSWERED);
        killed(REPLICA, 15);
        assertThat(explained("r1")).as("the database was there").isEmpty();
        faults.add(new ReplicaFault(ReplicaFault.DATABASE, ReplicaFault.Kind.DOWN, at(9), at(14)));
        assertThat(explained("r1")).contains(Cause.KILLED_BEFORE_SAVE);
        assertThat(explained()).contains(Cause.KILLED_BEFORE_SAVE);
    }

    @Test
    void aReplicaFrozenWithAnAnswerThatItCouldNotSave() {
        refresh(REPLICA, 10, 10.1, 1, End.ANSWERED);
        frozen(REPLICA, 15, 30);
        assertThat(explained()).as("the database was there").isEmpty();
        faults.add(new ReplicaFault(ReplicaFault.DATABASE, ReplicaFault.Kind.DOWN, at(10.2), at(18)));
        assertThat(explained()).contains(Cause.FROZEN_BEFORE_SAVE);
        assertThat(new LossExplainer(faults, Map.of("r1", at(12)), LEASE).explain(log, at(100)))
                .as("saved before it stood still")
                .isEmpty();
    }

    @Test
    void anotherReplicasEndExplainsNothing() {
        refresh(REPLICA, 10, 15, 1, End.CALLER_GONE);
        killed(OTHER, 12);
        killed(REPLICA, 20);
        assertThat(explained()).isEmpty();
    }

    @Test
    void aCallThatTheServiceCutWhileItsLeaseHeldIsUnexplained() {
        refresh(REPLICA, 10, 12.1, 1, End.CALLER_GONE);
        assertThat(explained()).isEmpty();
    }

    @Test
    void aCallThatLastedAsLongAsTheLease() {
        refresh(REPLICA, 10, 20, 1, End.CALLER_GONE);
        assertThat(explained()).contains(Cause.ANSWERED_AFTER_LEASE);
    }

    @Test
    void aReplicaFrozenBeyondTheLeaseWithTheCallAtX() {
        refresh(REPLICA, 10, 10.1, 1, End.ANSWERED);
        frozen(REPLICA, 10.05, 25);
        assertThat(explained()).contains(Cause.FROZEN_BEYOND_LEASE);
    }

    @Test
    void aReplicaFrozenBetweenAnswerAndSave() {
        refresh(REPLICA, 10, 10.1, 1, End.ANSWERED);
        frozen(REPLICA, 12, 27);
        assertThat(explained()).contains(Cause.FROZEN_BEYOND_LEASE);
        assertThat(new LossExplainer(faults, Map.of("r1", at(11)), LEASE).explain(log, at(100)))
                .as("saved before it stood still")
                .isEmpty();
    }

    @Test
    void aFreezeLongAfterTheAnswerExplainsNothing() {
        refresh(REPLICA, 10, 10.1, 1, End.ANSWERED);
        frozen(REPLICA, 14, 29);
        assertThat(explained()).isEmpty();
    }

    @Test
    void aShortFreezeExplainsNothing() {
        refresh(REPLICA, 10, 10.1, 1, End.ANSWERED);
        frozen(REPLICA, 10.05, 13);
        assertThat(explained()).isEmpty();
    }

    @Test
    void aTokenPresentedAgainWithNothingUnknownIsUnexplained() {
        refresh(REPLICA, 10, 10.1, 1, End.ANSWERED);
        var again = refused(OTHER, 20, 20.1, 0, End.ANSWERED);
        assertThat(LossExplainer.isDoubleSpend(again, log)).isTrue();
        assertThat(explainer().explainDoubleSpend(again, log)).isEmpty();
        assertThat(explained()).isEmpty();
    }

    @Test
    void aTokenPresentedAgainAfterALostAnswer() {
        refresh(REPLICA, 10, 10.1, 1, End.LOST);
        var again = refused(OTHER, 20, 20.1, 0, End.ANSWERED);
        assertThat(explainer().explainDoubleSpend(again, log)).contains(Cause.ANSWER_LOST);
    }

    @Test
    void aRequestThatXTookUpAfterItsRetry() {
        refused(REPLICA, 10, 30, 0, End.CALLER_GONE);
        refresh(OTHER, 25, 25.1, 1, End.ANSWERED);
        assertThat(explainer().explainDoubleSpend(log.getFirst(), log)).contains(Cause.ANSWERED_AFTER_LEASE);
        assertThat(explained("r1")).contains(Cause.ANSWERED_AFTER_LEASE);
    }

    @Test
    void aTokenSentByAReplicaThatHadStoodStill() {
        refresh(OTHER, 10, 10.1, 1, End.ANSWERED);
        var again = refused(REPLICA, 21.5, 21.6, 0, End.ANSWERED);
        frozen(REPLICA, 5, 20);
        assertThat(explainer("r1").explainDoubleSpend(again, log)).contains(Cause.FROZEN_BEYOND_LEASE);
        assertThat(explained("r1")).contains(Cause.FROZEN_BEYOND_LEASE);
    }

    @Test
    void theUserEndedIt() {
        refresh(REPLICA, 10, 10.1, 1, End.ANSWERED);
        revokedAtX(11);
        assertThat(explained()).contains(Cause.REVOKED_AT_X);
        refresh(REPLICA, 12, 12.1, 2, End.ANSWERED);
        assertThat(explained()).as("and consented again").isEmpty();
    }

    @Test
    void aConsentThatFollowsAtOnceHidesNoCause() {
        refresh(REPLICA, 10, 11, 1, End.CALLER_GONE);
        killed(REPLICA, 11);
        refused(OTHER, 24, 24.1, 0, End.ANSWERED);
        log.add(new LoggedCall(
                Endpoint.CODE,
                USER,
                OTHER,
                "code",
                at(24.2),
                Optional.of(at(24.2)),
                Optional.of(at(24.2)),
                "ok",
                Optional.of(new LoggedCall.Issue(1, 0, "a", "r")),
                End.ANSWERED));
        assertThat(explainer().explain(log, at(24.1))).contains(Cause.KILLED_IN_FLIGHT);
        assertThat(explained()).as("the new grant").isEmpty();
    }

    @Test
    void whatTheServiceEndedBeforeTheUserDidIsUnexplained() {
        refresh(REPLICA, 10, 10.1, 1, End.ANSWERED);
        refused(OTHER, 20, 20.1, 0, End.ANSWERED);
        revokedAtX(30);
        assertThat(explained("r1")).isEmpty();
    }

    @Test
    void aPlantedLossFailsTheComparison() {
        refresh(REPLICA, 10, 10.1, 1, End.ANSWERED);
        var result = new ChaosVerdict(Map.of(USER, log), List.of(), explainer("r1"));
        result.checkLosses(List.of(new ChaosDatabase.Loss(USER, "LOST_IN_FLIGHT", at(50))));
        assertThat(result.findings()).hasSize(1);
    }

    @Test
    void aGrantThatAPendingAccountsConsentReplaced() {
        refresh(REPLICA, 10, 10.1, 1, End.ANSWERED);
        var saved = List.of(new ChaosDatabase.Saved("pending-1", "r1", "ACTIVE", at(10.2)));
        var result = new ChaosVerdict(Map.of(USER, log), saved, explainer("r1"));
        result.checkLosses(List.of(new ChaosDatabase.Loss(USER, "REJECTED_BY_X", at(50))));
        assertThat(result.findings()).isEmpty();
        result.checkLosses(List.of(new ChaosDatabase.Loss("pending-1", "REJECTED_BY_X", at(50))));
        assertThat(result.findings()).as("and the pending one was lost itself").hasSize(1);
    }

    @Test
    void aLostAnswerThatIsNamedARefusalFailsTheComparison() {
        refresh(REPLICA, 10, 10.1, 1, End.LOST);
        var result = new ChaosVerdict(Map.of(USER, log), List.of(), explainer());
        result.checkLosses(List.of(new ChaosDatabase.Loss(USER, "LOST_IN_FLIGHT", at(50))));
        assertThat(result.findings()).isEmpty();
        result.checkLosses(List.of(new ChaosDatabase.Loss(USER, "REJECTED_BY_X", at(50))));
        assertThat(result.findings()).hasSize(1);
    }

    @Test
    void aGrantThatIsAliveAtXAndNotHeldFailsTheComparison() {
        refresh(REPLICA, 10, 10.1, 1, End.ANSWERED);
        var held = new ChaosDatabase.Row(USER, true, "", "r1");
        var result = new ChaosVerdict(Map.of(USER, log), List.of(), explainer());
        result.checkHeld(List.of(held), Set.of(), user -> true, at(100));
        assertThat(result.findings()).isEmpty();
        result.checkHeld(List.of(new ChaosDatabase.Row(USER, true, "", "r0")), Set.of(), user -> true, at(100));
        assertThat(result.findings()).hasSize(1);
        result.checkHeld(List.of(held), Set.of(), user -> false, at(100));
        assertThat(result.findings()).hasSize(2);
    }

    @Test
    void aTokenHandedOutAfterItsSuccessorWasSavedFailsTheComparison() {
        var first = refresh(REPLICA, 10, 10.1, 1, End.ANSWERED);
        log.clear();
        var access = io.xtokenkeeper.sandbox.CallLog.fingerprint("the first token");
        log.add(new LoggedCall(
                first.endpoint(),
                USER,
                REPLICA,
                "r0",
                first.arrived(),
                first.worked(),
                first.ended(),
                "ok",
                Optional.of(new LoggedCall.Issue(0, 1, access, "r1")),
                End.ANSWERED));
        refresh(REPLICA, 20, 20.1, 2, End.ANSWERED);
        var saved = List.of(new ChaosDatabase.Saved(USER, "r2", "ACTIVE", at(20.2)));
        var result = new ChaosVerdict(Map.of(USER, log), saved, explainer("r1", "r2"));
        result.checkHanded(List.of(new ChaosLoad.Handed(USER, "the first token", at(20.5), at(20.6), "token")));
        assertThat(result.findings()).isEmpty();
        result.checkHanded(List.of(new ChaosLoad.Handed(USER, "the first token", at(22), at(22.1), "token")));
        assertThat(result.findings()).hasSize(1);
    }
}
