package io.xtokenkeeper.admin;

import io.xtokenkeeper.encryption.KeyRotationMetrics;
import io.xtokenkeeper.http.DisplayTime;
import io.xtokenkeeper.refresh.AppState.Pause;
import io.xtokenkeeper.refresh.BacklogMetrics;
import io.xtokenkeeper.refresh.RefreshCircuitBreaker;
import io.xtokenkeeper.refresh.TokenPairJournal;
import io.xtokenkeeper.webhook.Webhook;
import io.xtokenkeeper.webhook.WebhookRepository;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The current problems of the service, which every admin page shows at its top. Reads one small table; everything else is in
 * memory.
 */
@Named("rightNow")
@Singleton
public class SystemAlerts {
    private final RefreshCircuitBreaker breaker;
    private final TokenPairJournal journal;
    private final BacklogMetrics backlog;
    private final WebhookRepository webhooks;
    private final KeyRotationMetrics rotation;

    SystemAlerts(
            RefreshCircuitBreaker breaker,
            TokenPairJournal journal,
            BacklogMetrics backlog,
            WebhookRepository webhooks,
            KeyRotationMetrics rotation) {
        this.breaker = breaker;
        this.journal = journal;
        this.backlog = backlog;
        this.webhooks = webhooks;
        this.rotation = rotation;
    }

    public List<Alert> troubles() {
        return Stream.of(
                        breaker.currentPause().map(this::paused).stream(),
                        journal.problem().map(SystemAlerts::disk).stream(),
                        late().stream(),
                        webhooks.all().stream().filter(Webhook::isDisabled).map(SystemAlerts::disabled),
                        unreadable().stream())
                .flatMap(some -> some)
                .toList();
    }

    private Alert paused(Pause pause) {
        var again = DisplayTime.of(pause.until());
        return switch (pause.kind()) {
            case APP_REJECTED ->
                Alert.of(
                        "X rejects this app: refreshing is paused",
                        "X said: " + pause.why()
                                + ". All grants are kept; one account a minute probes whether X accepts the app again.",
                        "Compare CLIENT_ID and CLIENT_SECRET with X's developer console.");
            case RATE_LIMITED ->
                Alert.of(
                        "X limits the rate: refreshing is paused",
                        "The next probe is at " + again.clock() + ".",
                        "Nothing to do. If it happens often, set KEEPER_REFRESH_RATE lower.");
            case NOT_FROM_X ->
                Alert.of(
                        "Responses are not from X: refreshing is paused",
                        "Several responses in a row could not be read (" + pause.why() + "). The next probe is at "
                                + again.clock() + ".",
                        "Check the network between this service and X.");
        };
    }

    private static Alert disk(String why) {
        return Alert.of(
                "The journal cannot be written",
                "New tokens are only in memory until the database has them (" + why + ").",
                "Check the disk of KEEPER_JOURNAL.");
    }

    private Optional<Alert> late() {
        var figures = backlog.figures();
        return figures.overdue() == 0
                ? Optional.empty()
                : Optional.of(Alert.of(
                        "Refreshing is behind",
                        figures.overdue() + " accounts have waited for more than a minute, the longest for "
                                + (long) figures.oldestSeconds() / 60 + " minutes.",
                        "If it does not decrease: raise KEEPER_REFRESH_CONCURRENCY, or look at X's answers in"
                                + " the charts."));
    }

    private static Alert disabled(Webhook webhook) {
        return Alert.of(
                        "A webhook is disabled",
                        "No more messages are sent to " + webhook.url() + " ("
                                + webhook.disabledWhy().orElse("no reason is known") + ").",
                        "Fix the receiver, then enable the webhook.")
                .at("/operator/webhook?webhook=" + webhook.id(), "Deliveries");
    }

    private Optional<Alert> unreadable() {
        var count = rotation.unreadable();
        return count == 0
                ? Optional.empty()
                : Optional.of(Alert.of(
                                "Some encrypted values cannot be decrypted",
                                count + " of them, found by re-encryption.",
                                "Disconnect and reconnect the accounts that cannot be decrypted.")
                        .at("/operator/vault", "Encryption"));
    }
}
