package io.xtokenkeeper.statistics;

import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.xtokenkeeper.persistence.DatabaseException;
import io.xtokenkeeper.scheduling.SupervisedJob;
import io.xtokenkeeper.statistics.RefreshMinute.Count;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jboss.logging.Logger;

/**
 * Counts refreshes by minute, outcome and latency, for charts. Counts are kept in memory, so that no save waits for them,
 * and added to the database every five seconds. A process that is killed loses the counts of the last seconds only.
 */
@Singleton
public class RefreshStatistics {
    private static final Logger LOG = Logger.getLogger(RefreshStatistics.class);

    private record Kind(Instant minute, String outcome, int band) {}

    private final RefreshMinuteRepository minutes;
    private final InstantSource clock;
    private final ConcurrentMap<Kind, Long> counts = new ConcurrentHashMap<>();

    RefreshStatistics(RefreshMinuteRepository minutes, InstantSource clock) {
        this.minutes = minutes;
        this.clock = clock;
    }

    public void count(String outcome, Duration answer, Instant now) {
        counts.merge(new Kind(now.truncatedTo(ChronoUnit.MINUTES), outcome, LatencyBuckets.of(answer)), 1L, Long::sum);
    }

    /**
     * Adds the counts to the database, every five seconds; counts that the database does not take are added again next
     * time.
     */
    @SupervisedJob
    @Scheduled(identity = "figures for charts", every = "5s", concurrentExecution = ConcurrentExecution.SKIP)
    public void write() {
        var taken = new ArrayList<Count>();
        counts.keySet().forEach(kind -> {
            var calls = counts.remove(kind);
            if (calls != null) {
                taken.add(new Count(kind.minute(), kind.outcome(), kind.band(), calls));
            }
        });
        if (taken.isEmpty()) {
            return;
        }
        try {
            minutes.add(taken, clock.instant());
        } catch (DatabaseException e) {
            taken.forEach(count ->
                    counts.merge(new Kind(count.minute(), count.outcome(), count.band()), count.calls(), Long::sum));
            LOG.debugf("Cannot save refresh statistics, retrying: %s", e.getMessage());
        }
    }
}
