package io.xtokenkeeper.api;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.xtokenkeeper.api.EventsResource.EventJson;
import io.xtokenkeeper.audit.AuditEvent;
import io.xtokenkeeper.audit.AuditEventFilter;
import io.xtokenkeeper.audit.AuditEventList;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Streams all audit events that a filter lists, the oldest first, reading them page by page as fast as they are sent. */
@Singleton
public class EventExport {
    private static final int PAGE = 1_000;

    private final AuditEventList events;

    EventExport(AuditEventList events) {
        this.events = events;
    }

    /** The events after {@code id}. */
    public Multi<EventJson> after(long id, AuditEventFilter filter) {
        var last = new AtomicLong(id);
        return Multi.createBy()
                .repeating()
                .supplier(() -> next(last, filter))
                .whilst(page -> !page.isEmpty())
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
                .onItem()
                .<AuditEvent>disjoint()
                .map(EventJson::of);
    }

    private List<AuditEvent> next(AtomicLong last, AuditEventFilter filter) {
        var page = events.after(last.get(), filter, PAGE);
        if (!page.isEmpty()) {
            last.set(page.getLast().id());
        }
        return page;
    }
}
