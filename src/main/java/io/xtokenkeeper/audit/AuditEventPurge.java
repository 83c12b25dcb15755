package io.xtokenkeeper.audit;

import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.xtokenkeeper.persistence.DatabaseAccess;
import io.xtokenkeeper.scheduling.SupervisedJob;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import org.jboss.logging.Logger;

/** Deletes events that have grown old, by the one way the database allows, and leaves an event that says so. */
@ApplicationScoped
@DatabaseAccess
public class AuditEventPurge {
    private static final Logger LOG = Logger.getLogger(AuditEventPurge.class);
    private static final int AT_ONCE = 10_000;

    private final AuditEventRepository events;
    private final AuditRetention retention;

    AuditEventPurge(AuditEventRepository events, AuditRetention retention) {
        this.events = events;
        this.retention = retention;
    }

    /** At most ten thousand at a time. Called by the timer, so the rest follows with the next call. */
    @SupervisedJob
    @Scheduled(identity = "old events", every = "1h", concurrentExecution = ConcurrentExecution.SKIP)
    @Transactional
    void purge() {
        retention.age().ifPresent(age -> {
            var purged = events.purge(age, AT_ONCE);
            if (purged > 0) {
                var detail = purged + " events older than " + age.toDays() + " days";
                events.record(NewAuditEvent.ofTimer(AuditEventType.EVENTS_FORGOTTEN, detail));
                LOG.info(detail + " are deleted");
            }
        });
    }
}
