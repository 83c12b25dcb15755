package io.xtokenkeeper.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.quarkus.security.spi.runtime.AuthorizationFailureEvent;
import io.vertx.ext.web.RoutingContext;
import io.xtokenkeeper.audit.AuditEventType;
import io.xtokenkeeper.audit.AuditTrail;
import io.xtokenkeeper.audit.NewAuditEvent;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.http.ClientAddressResolver;
import io.xtokenkeeper.persistence.DatabaseException;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Records as an audit event that a caller with a valid API key or session was denied access: at most once a minute per
 * caller and replica, so that a caller cannot flood the audit trail. Requests without a valid key are not recorded there.
 */
@Singleton
class AccessDeniedAuditor {
    static final String NO_RIGHT = "it lacks the right";
    static final String OTHER_ACCOUNTS = "it is limited to other accounts";

    private static final Logger LOG = Logger.getLogger(AccessDeniedAuditor.class);
    private static final Duration PAUSE = Duration.ofMinutes(1);
    private static final int MAX_RECORDED = 10_000;

    private final AuditTrail trail;
    private final ClientAddressResolver addressResolver;
    /** Callers that were recorded less than {@link #PAUSE} ago. */
    private final Cache<String, Boolean> recorded;

    AccessDeniedAuditor(AuditTrail trail, InstantSource clock, ClientAddressResolver addressResolver) {
        this.trail = trail;
        this.addressResolver = addressResolver;
        this.recorded = Caffeine.newBuilder()
                .maximumSize(MAX_RECORDED)
                .expireAfterWrite(PAUSE)
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
                .build();
    }

    /**
     * Called when an endpoint's annotation denies access; asynchronously, because that may happen on an event loop, which
     * must not block.
     */
    void lacksTheRight(@ObservesAsync AuthorizationFailureEvent event) {
        var identity = event.getSecurityIdentity();
        if (identity != null && !identity.isAnonymous()) {
            var address = Optional.ofNullable(event.getEventProperties().get(RoutingContext.class.getName()))
                    .map(RoutingContext.class::cast)
                    .map(request -> addressResolver.client(request.request()));
            record(identity.getPrincipal().getName(), Optional.empty(), address, NO_RIGHT);
        }
    }

    /** Records a denial. A failure is only logged: access is denied whether or not the event can be recorded. */
    void record(String actor, Optional<AccountId> account, Optional<String> address, String why) {
        if (recorded.asMap().putIfAbsent(actor, true) != null) {
            return;
        }
        try {
            trail.record(new NewAuditEvent(
                    AuditEventType.KEY_REFUSED,
                    actor,
                    account,
                    address,
                    NewAuditEvent.Outcome.REFUSED,
                    Optional.of(why)));
        } catch (DatabaseException e) {
            LOG.debugf("Cannot record a denied access: %s", e.getMessage());
        }
    }
}
