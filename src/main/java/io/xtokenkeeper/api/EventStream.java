package io.xtokenkeeper.api;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.subscription.BackPressureFailure;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import io.smallrye.mutiny.subscription.MultiEmitter;
import io.xtokenkeeper.audit.AuditEvent;
import io.xtokenkeeper.audit.AuditEventRepository;
import io.xtokenkeeper.audit.AuditEventScope;
import io.xtokenkeeper.http.EventStreams;
import io.xtokenkeeper.persistence.DatabaseException;
import io.xtokenkeeper.scheduling.LoopHeartbeats;
import io.xtokenkeeper.scheduling.SupervisedLoop;
import io.xtokenkeeper.security.OpenStreams;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Streams audit events to any number of callers, with one database query every half second for all of them, and none while
 * there is no stream.
 *
 * <ol>
 *   <li>A stream first reads the events after its own position, page by page, as fast as its caller accepts them.
 *   <li>When it has reached the common position it joins the others: from then on one query serves all.
 *   <li>A stream ends within a second after its caller's key is revoked or expires, and when its caller is so slow that
 *       {@value #MAX_WAITING} events are buffered. The caller reconnects with the last id that it received.
 * </ol>
 */
@Singleton
class EventStream {
    private static final Logger LOG = Logger.getLogger(EventStream.class);
    private static final Duration TICK = Duration.ofMillis(500);

    private static final int PAGE = 1_000;
    private static final int MAX_WAITING = 10_000;

    private final AuditEventRepository events;
    private final LoopHeartbeats heartbeats;
    private final List<Follower> followers = new ArrayList<>();
    private SupervisedLoop loop;
    /** The id up to which all followers have received the events. */
    private long position;

    EventStream(AuditEventRepository events, LoopHeartbeats heartbeats) {
        this.events = events;
        this.heartbeats = heartbeats;
    }

    /**
     * The events after {@code id}, as they are recorded. An empty item is emitted at once, and when no event came for {@link
     * EventStreams#MAX_SILENCE}, so that proxies and callers do not close the connection as idle.
     *
     * @param stream decides which events are emitted: those that its caller's key may read at the moment
     */
    Multi<Optional<AuditEvent>> after(long id, OpenStreams.Stream stream) {
        var follower = new Follower(id, stream);
        var past = Multi.createBy()
                .repeating()
                .supplier(follower::read)
                .whilst(page -> !page.isEmpty())
                .onItem()
                .<AuditEvent>disjoint()
                .map(Optional::of);
        var present = Multi.createFrom()
                .<Optional<AuditEvent>>emitter(emitter -> join(follower, emitter), BackPressureStrategy.IGNORE)
                .onOverflow()
                .buffer(MAX_WAITING);
        return Multi.createBy()
                .concatenating()
                .streams(Multi.createFrom().item(Optional.empty()), past, present)
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
                // complete normally: the caller reconnects by itself, with the last id that it received
                .onFailure(failure -> failure instanceof BackPressureFailure || failure instanceof DatabaseException)
                .recoverWithCompletion();
    }

    private final class Follower {
        private final OpenStreams.Stream stream;
        private long last;
        private long spoke;
        private MultiEmitter<? super Optional<AuditEvent>> emitter;

        private Follower(long id, OpenStreams.Stream stream) {
            this.last = id;
            this.stream = stream;
        }

        /** The next page; empty if there are no more events, or the caller's key is no longer valid. */
        private List<AuditEvent> read() {
            if (!stream.mayGoOn()) {
                return List.of();
            }
            var page = events.after(last, stream.events(), PAGE);
            if (!page.isEmpty()) {
                last = page.getLast().id();
            }
            return page;
        }

        private void take(List<AuditEvent> page) {
            var filter = stream.events();
            for (var event : page) {
                if (event.id() > last) {
                    last = event.id();
                    if (filter.matches(event)) {
                        say(Optional.of(event));
                    }
                }
            }
        }

        private void say(Optional<AuditEvent> event) {
            spoke = System.nanoTime();
            emitter.emit(event);
        }
    }

    /**
     * Reads the events recorded since the last page, and joins the followers when this stream has reached the common
     * position.
     */
    private void join(Follower follower, MultiEmitter<? super Optional<AuditEvent>> emitter) {
        follower.emitter = emitter;
        follower.spoke = System.nanoTime();
        while (!emitter.isCancelled()) {
            var common = common();
            catchUp(follower);
            if (joined(follower, common)) {
                emitter.onTermination(() -> leave(follower));
                return;
            }
        }
    }

    private static void catchUp(Follower follower) {
        List<AuditEvent> page;
        do {
            page = follower.read();
            page.forEach(event -> follower.say(Optional.of(event)));
        } while (page.size() == PAGE);
    }

    /**
     * The common position. If there is no follower, it is set to the id of the newest event. The database is queried without
     * holding the lock.
     */
    private long common() {
        var known = from();
        if (known.isPresent()) {
            return known.get();
        }
        var newest = events.newest();
        synchronized (this) {
            if (followers.isEmpty()) {
                position = newest;
            }
            return position;
        }
    }

    private synchronized boolean joined(Follower follower, long common) {
        if (position != common) {
            return false;
        }
        followers.add(follower);
        if (loop == null) {
            loop = SupervisedLoop.start("event-streams", heartbeats, TICK, heartbeat -> tick());
        }
        return true;
    }

    private synchronized void leave(Follower follower) {
        followers.remove(follower);
    }

    @PreDestroy
    synchronized void stop() {
        if (loop != null) {
            loop.stop();
        }
        List.copyOf(followers).forEach(follower -> follower.emitter.complete());
    }

    private void tick() throws InterruptedException {
        try {
            serve();
        } catch (DatabaseException e) {
            LOG.debugf("Cannot read events for streams: %s", e.getMessage());
        }
        keepAlive();
        Thread.sleep(TICK);
    }

    private void serve() {
        List<AuditEvent> page;
        do {
            var from = from();
            if (from.isEmpty()) {
                return;
            }
            page = events.after(from.get(), AuditEventScope.ALL, PAGE);
            serve(page);
        } while (page.size() == PAGE);
    }

    /** The common position; empty while there is no follower. */
    private synchronized Optional<Long> from() {
        return followers.isEmpty() ? Optional.empty() : Optional.of(position);
    }

    private synchronized void serve(List<AuditEvent> page) {
        if (!page.isEmpty()) {
            followers().forEach(follower -> follower.take(page));
            position = page.getLast().id();
        }
    }

    private synchronized void keepAlive() {
        var now = System.nanoTime();
        for (var follower : followers()) {
            if (!follower.stream.mayGoOn()) {
                follower.emitter.complete();
            } else if (now - follower.spoke >= EventStreams.MAX_SILENCE.toNanos()) {
                follower.say(Optional.empty());
            }
        }
    }

    /** A copy, since a follower that ends removes itself during the iteration. */
    private List<Follower> followers() {
        return List.copyOf(followers);
    }
}
