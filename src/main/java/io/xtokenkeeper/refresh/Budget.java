package io.xtokenkeeper.refresh;

import io.xtokenkeeper.vault.AppState;
import jakarta.inject.Singleton;

/** The rate of refreshes that the operator allows, over all replicas. Callers who wait are counted, never held up. */
@Singleton
class Budget {
    private final AppState shared;
    private final RefreshSettings settings;

    Budget(AppState shared, RefreshSettings settings) {
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

    void giveBack(int unused) {
        settings.rate().ifPresent(rate -> shared.giveBack(unused, rate));
    }

    /** One that could not wait. */
    void overdraw() {
        giveBack(-1);
    }
}
