package io.xtokenkeeper.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.agroal.api.AgroalDataSource;
import io.xtokenkeeper.audit.AuditTrail;
import io.xtokenkeeper.audit.NewAuditEvent;
import io.xtokenkeeper.domain.AccessToken;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.TokenPair;
import io.xtokenkeeper.refresh.AppState.Pause;
import io.xtokenkeeper.refresh.AppState.Pause.Kind;
import io.xtokenkeeper.testkit.Databases;
import io.xtokenkeeper.testkit.TestPostgres;
import io.xtokenkeeper.xapi.TokenEndpointResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two replicas share one pause: a late write of one does not replace what the other has stored since. */
class SharedPauseTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
    private static final AccountId ONE = new AccountId("1");
    private static final AccountId OTHER = new AccountId("2");
    private static final TokenEndpointResult REJECTED = new TokenEndpointResult.AppRejected("invalid_client");
    private static final TokenEndpointResult LIMITED = new TokenEndpointResult.Later("slow", Optional.empty(), true);
    private static final TokenEndpointResult GRANTED = new TokenEndpointResult.Granted(
            new TokenPair(AccessToken.of("a"), Optional.empty(), Optional.empty(), NOW, Duration.ofHours(2)));

    private final List<NewAuditEvent> events = new ArrayList<>();
    private TestPostgres postgres;
    private AgroalDataSource database;
    private RefreshCircuitBreaker first;
    private RefreshCircuitBreaker second;

    @BeforeEach
    void begin() {
        postgres = TestPostgres.migrated();
        database = Databases.of(postgres);
        first = replica();
        second = replica();
    }

    @AfterEach
    void end() {
        database.close();
        postgres.close();
    }

    private RefreshCircuitBreaker replica() {
        return replica(events::add);
    }

    private RefreshCircuitBreaker replica(AuditTrail trail) {
        return new RefreshCircuitBreaker(
                TestVault.over(database).appState(),
                trail,
                new RefreshSettings(
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(20),
                        64,
                        OptionalInt.empty()));
    }

    /** Rejects a refresh and the probe that follows, with the same response. */
    private static void open(RefreshCircuitBreaker breaker, TokenEndpointResult answer, Instant now) {
        breaker.onAnswer(ONE, answer, false, true, System.nanoTime(), now).isDone();
        assertThat(breaker.wantsProbe(now)).isTrue();
        probe(breaker, answer, now);
    }

    private static void probe(RefreshCircuitBreaker breaker, TokenEndpointResult answer, Instant now) {
        breaker.onAnswer(OTHER, answer, true, true, System.nanoTime(), now).isDone();
    }

    private static Optional<Kind> kind(RefreshCircuitBreaker breaker) {
        return breaker.currentPause().map(Pause::kind);
    }

    private Optional<Kind> stored() {
        return TestVault.over(database).appState().read().pause().map(Pause::kind);
    }

    private void pauseBoth(TokenEndpointResult answer) {
        open(first, answer, NOW);
        first.syncPause(NOW);
        second.syncPause(NOW);
        assertThat(second.currentPause()).isEqualTo(first.currentPause()).isPresent();
    }

    @Test
    void aPauseIsSharedAndEndsForBoth() {
        pauseBoth(LIMITED);

        probe(second, GRANTED, NOW.plusSeconds(60));
        second.syncPause(NOW.plusSeconds(60));
        first.syncPause(NOW.plusSeconds(60));

        assertThat(stored()).isEmpty();
        assertThat(first.currentPause()).isEmpty();
    }

    @Test
    void aPauseThatIsStoredLateDoesNotReplaceTheOneThatAnotherReplicaHasBegunSince() {
        open(first, LIMITED, NOW);
        open(second, REJECTED, NOW.plusSeconds(1));
        second.syncPause(NOW.plusSeconds(1));

        first.syncPause(NOW.plusSeconds(2));

        assertThat(stored()).contains(Kind.APP_REJECTED);
        assertThat(kind(first)).contains(Kind.APP_REJECTED);
        assertThat(first.mustSyncPause()).as("nothing is left to store").isFalse();
    }

    @Test
    void aRejectedAppIsStoredOverALimitAndRecordedOnce() {
        open(first, REJECTED, NOW);
        open(second, LIMITED, NOW.plusSeconds(1));
        second.syncPause(NOW.plusSeconds(1));

        first.syncPause(NOW.plusSeconds(2));
        first.syncPause(NOW.plusSeconds(3));
        second.syncPause(NOW.plusSeconds(4));

        assertThat(stored()).contains(Kind.APP_REJECTED);
        assertThat(kind(second)).contains(Kind.APP_REJECTED);
        assertThat(events).hasSize(1);
    }

    @Test
    void aSuspicionEndsWithoutAReportWhenAnotherReplicaPauses() {
        var own = second.onAnswer(ONE, REJECTED, false, true, System.nanoTime(), NOW);
        assertThat(second.wantsProbe(NOW)).isTrue();
        open(first, REJECTED, NOW);
        first.syncPause(NOW);

        second.syncPause(NOW);
        probe(second, REJECTED, NOW);
        second.noProbe(NOW.plusSeconds(15));
        second.syncPause(NOW.plusSeconds(15));

        assertThat(own).isCompletedWithValue(false);
        assertThat(events).hasSize(1);
        assertThat(second.currentPause()).isEqualTo(first.currentPause()).isPresent();
    }

    @Test
    void aThreadThatStoresThePauseMeanwhileDoesNotRecordItAgain() {
        var meanwhile = new AtomicReference<Runnable>();
        var breaker = replica(event -> {
            events.add(event);
            meanwhile.getAndSet(() -> {}).run();
        });
        meanwhile.set(() -> breaker.syncPause(NOW));

        open(breaker, REJECTED, NOW);
        breaker.syncPause(NOW);

        assertThat(events).hasSize(1);
        assertThat(stored()).contains(Kind.APP_REJECTED);
    }

    @Test
    void whoResumesDoesNotEndAPauseThatAnotherReplicaHasBegunSince() {
        pauseBoth(LIMITED);
        probe(first, GRANTED, NOW.plusSeconds(60));
        probe(second, REJECTED, NOW.plusSeconds(61));
        second.syncPause(NOW.plusSeconds(61));

        first.syncPause(NOW.plusSeconds(62));

        assertThat(stored()).contains(Kind.APP_REJECTED);
        assertThat(kind(first)).contains(Kind.APP_REJECTED);
    }

    @Test
    void whoResumesEndsThePauseAlthoughAnotherReplicaHasTakenItsNextProbe() {
        pauseBoth(LIMITED);
        assertThat(second.takeProbe(second.currentPause().orElseThrow(), NOW.plusSeconds(60)))
                .isTrue();
        probe(first, GRANTED, NOW.plusSeconds(61));

        first.syncPause(NOW.plusSeconds(61));
        first.syncPause(NOW.plusSeconds(62));

        assertThat(stored()).isEmpty();
        second.syncPause(NOW.plusSeconds(63));
        assertThat(second.currentPause()).isEmpty();
    }

    @Test
    void oneReplicaTakesTheProbe() {
        pauseBoth(LIMITED);
        var due = first.currentPause().orElseThrow();
        assertThat(first.takeProbe(due, NOW.plusSeconds(60))).isTrue();
        assertThat(second.takeProbe(due, NOW.plusSeconds(60))).isFalse();
    }
}
