package io.xtokenkeeper.startup;

import io.xtokenkeeper.account.NotificationListener;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** How this replica learns what others change, as data: always up, since a token that cannot be trusted is read again. */
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
