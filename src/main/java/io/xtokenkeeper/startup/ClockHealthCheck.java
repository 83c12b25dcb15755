package io.xtokenkeeper.startup;

import io.xtokenkeeper.persistence.DatabaseClock;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Whether this host's clock agrees with the database's, as data: always up, since the database's counts. */
@Readiness
@Singleton
class ClockHealthCheck implements HealthCheck {
    private final DatabaseClock clock;

    ClockHealthCheck(DatabaseClock clock) {
        this.clock = clock;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("clock")
                .up()
                .withData("clock", clock.state())
                .build();
    }
}
