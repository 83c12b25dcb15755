package io.xtokenkeeper.startup;

import io.xtokenkeeper.scheduling.LoopHeartbeats;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Down if a loop that must keep running has stopped: only a restart starts it again. */
@Liveness
@Singleton
class LoopsHealthCheck implements HealthCheck {
    private final LoopHeartbeats heartbeats;

    LoopsHealthCheck(LoopHeartbeats heartbeats) {
        this.heartbeats = heartbeats;
    }

    @Override
    public HealthCheckResponse call() {
        var silent = heartbeats.silent();
        return HealthCheckResponse.named("loops")
                .status(silent.isEmpty())
                .withData("stopped", silent.isEmpty() ? "none" : String.join(", ", silent))
                .build();
    }
}
