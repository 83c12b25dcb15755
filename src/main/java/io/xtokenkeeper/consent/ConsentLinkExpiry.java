package io.xtokenkeeper.consent;

import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.xtokenkeeper.persistence.DatabaseAccess;
import io.xtokenkeeper.scheduling.SupervisedJob;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.InstantSource;

/**
 * Marks consent links that expired unused, and records an audit event for each that a caller or an admin created. Links that
 * the service created itself expire without one: they are replaced when they are needed again.
 */
@ApplicationScoped
@DatabaseAccess
public class ConsentLinkExpiry {
    private final ConsentLinkRepository links;
    private final ConsentLinkAuditor auditor;
    private final InstantSource clock;

    ConsentLinkExpiry(ConsentLinkRepository links, ConsentLinkAuditor auditor, InstantSource clock) {
        this.links = links;
        this.auditor = auditor;
        this.clock = clock;
    }

    /** Marks at most 100 links per call. Called by the scheduler every ten seconds; the next call marks the rest. */
    @SupervisedJob
    @Scheduled(identity = "expired links", every = "10s", concurrentExecution = ConcurrentExecution.SKIP)
    @Transactional
    void expire() {
        links.expire(clock.instant()).stream()
                .filter(ConsentLinkRepository.ExpiredLink::reported)
                .forEach(auditor::expired);
    }
}
