package io.xtokenkeeper.refresh;

import io.xtokenkeeper.persistence.DatabaseException;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/** The rate of refreshes that the operator allows, over all replicas. Callers who wait are counted, never held up. */
@Singleton
class RefreshRateLimiter {
    private static final Logger LOG = Logger.getLogger(RefreshRateLimiter.class);

    private final AppStateRepository shared;
    private final RefreshSettings settings;

    RefreshRateLimiter(AppStateRepository shared, RefreshSettings settings) {
        this.shared = shared;
        this.settings = settings;
    }

    boolean isLimited() {
        return settings.rate().isPresent();
    }

    /** How many of {@code wanted} the rate has room for now; they are counted as used. */
    int take(int wanted) {
        return isLimited() && wanted > 0 ? shared.take(wanted, settings.rate().getAsInt()) : wanted;
    }

    /** What was taken and not used. Where it cannot be counted, the rate is a little lower for a moment. */
    void giveBack(int unused) {
        try {
            settings.rate().ifPresent(rate -> shared.giveBack(unused, rate));
        } catch (DatabaseException e) {
            LOG.debugf("Cannot count %d refreshes: %s", -unused, e.getMessage());
        }
    }

    /** One that could not wait. */
    void overdraw() {
        giveBack(-1);
    }
}
