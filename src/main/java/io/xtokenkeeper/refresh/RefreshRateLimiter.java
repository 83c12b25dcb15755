package io.xtokenkeeper.refresh;

import io.xtokenkeeper.persistence.DatabaseException;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/** Limits refreshes to the configured rate, over all replicas. On-demand refreshes are counted but never delayed. */
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

    /** Returns how many of {@code wanted} refreshes the rate limit allows now, and counts them as used. */
    int take(int wanted) {
        return isLimited() && wanted > 0 ? shared.take(wanted, settings.rate().getAsInt()) : wanted;
    }

    /** Returns unused rate. If the database is unavailable, the rate is a little lower for a moment. */
    void giveBack(int unused) {
        try {
            settings.rate().ifPresent(rate -> shared.giveBack(unused, rate));
        } catch (DatabaseException e) {
            LOG.debugf("Cannot count %d refreshes: %s", -unused, e.getMessage());
        }
    }

    /** Counts a refresh that did not wait for the rate limit. */
    void overdraw() {
        giveBack(-1);
    }
}
