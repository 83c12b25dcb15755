package io.xtokenkeeper.startup;

import io.xtokenkeeper.persistence.DatabaseClock;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Reports whether this host's clock agrees with the database's. Always up: the service uses the database's time. */
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
