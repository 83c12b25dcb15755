package io.xtokenkeeper.app;

import io.xtokenkeeper.refresh.Brake;
import io.xtokenkeeper.refresh.RotationJournal;
import io.xtokenkeeper.refresh.SweepDueAccounts;
import io.xtokenkeeper.x.XHosts;
import jakarta.inject.Singleton;
import java.time.Instant;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * What X and the disk make of us, as data: always up, since tokens that are still valid can be handed out, and another
 * replica would fare no better.
 */
@Readiness
@Singleton
class RefreshHealth implements HealthCheck {
    private final XHosts x;
    private final Brake brake;
    private final RotationJournal journal;
    private final SweepDueAccounts sweep;

    RefreshHealth(XHosts x, Brake brake, RotationJournal journal, SweepDueAccounts sweep) {
        this.x = x;
        this.brake = brake;
        this.journal = journal;
        this.sweep = sweep;
    }

    @Override
    public HealthCheckResponse call() {
        var health = HealthCheckResponse.named("refresh")
                .up()
                .withData("x", x.api().toString())
                .withData(
                        "looked_for_due", sweep.looked().map(Instant::toString).orElse("not yet"))
                .withData("journal_entries", journal.size())
                .withData("journal_trouble", journal.trouble().orElse("none"));
        brake.trouble()
                .ifPresentOrElse(
                        pause -> health.withData("state", pause.appRefused() ? "app refused by X" : "rate limited by X")
                                .withData("paused_until", pause.until().toString())
                                .withData("why", pause.why()),
                        () -> health.withData("state", "going"));
        return health.build();
    }
}
