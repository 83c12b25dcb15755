package io.xtokenkeeper.usage;

import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.xtokenkeeper.scheduling.SupervisedJob;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;

/** Deletes usage that is older than 90 days. */
@Singleton
public class UsagePurge {
    /** How long usage is kept. */
    public static final Duration KEPT = Duration.ofDays(90);

    private static final int AT_ONCE = 10_000;
    private static final int MAX_STEPS = 100;

    private final UsageRepository usage;
    private final InstantSource clock;

    UsagePurge(UsageRepository usage, InstantSource clock) {
        this.usage = usage;
        this.clock = clock;
    }

    /** Deletes at most a million rows per call, in short transactions. Called by the scheduler every hour. */
    @SupervisedJob
    @Scheduled(identity = "old usage", every = "1h", concurrentExecution = ConcurrentExecution.SKIP)
    void purge() {
        var before = clock.instant().minus(KEPT);
        var steps = 0;
        int deleted;
        do {
            deleted = usage.purge(before, AT_ONCE);
            steps++;
        } while (deleted == AT_ONCE && steps < MAX_STEPS);
    }
}
