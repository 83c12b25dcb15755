package io.xtokenkeeper.audit;

import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.xtokenkeeper.persistence.DatabaseAccess;
import io.xtokenkeeper.scheduling.SupervisedJob;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import org.jboss.logging.Logger;

/**
 * Deletes audit events that are older than the configured retention, by the only function of the database that allows it,
 * and records an audit event about it.
 */
@ApplicationScoped
@DatabaseAccess
public class AuditEventPurge {
    private static final Logger LOG = Logger.getLogger(AuditEventPurge.class);
    private static final int BATCH_SIZE = 10_000;

    private final AuditEventRepository events;
    private final AuditRetention retention;

    AuditEventPurge(AuditEventRepository events, AuditRetention retention) {
        this.events = events;
        this.retention = retention;
    }

    /** Deletes at most 10,000 events per call. Called by the scheduler every hour; the next call deletes the rest. */
    @SupervisedJob
    @Scheduled(identity = "old events", every = "1h", concurrentExecution = ConcurrentExecution.SKIP)
    @Transactional
    void purge() {
        retention.age().ifPresent(age -> {
            var purged = events.purge(age, BATCH_SIZE);
            if (purged > 0) {
                var detail = purged + " events older than " + age.toDays() + " days";
                events.record(NewAuditEvent.ofTimer(AuditEventType.EVENTS_FORGOTTEN, detail));
                LOG.info(detail + " are deleted");
            }
        });
    }
}
