package io.xtokenkeeper.startup;

import io.xtokenkeeper.account.NotificationListener;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Reports how this replica is notified of changes by other replicas. Always up: without notifications, tokens are read from
 * the database.
 */
@Readiness
@Singleton
class ChangesHealthCheck implements HealthCheck {
    private final NotificationListener listener;

    ChangesHealthCheck(NotificationListener listener) {
        this.listener = listener;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("changes")
                .up()
                .withData("learned_by", listener.isNotified() ? "notifications" : "polling")
                .build();
    }
}
