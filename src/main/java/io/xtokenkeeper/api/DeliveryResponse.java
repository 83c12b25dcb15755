package io.xtokenkeeper.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.webhook.Delivery;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A delivery as JSON. Contains neither the message nor the response of the receiver. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Delivery")
public record DeliveryResponse(
        @Schema(description = "The header webhook-id, the same at each try", examples = "msg_5b1c6f")
        String id,

        @Schema(description = "The event's id in the audit trail; none for a test")
        Long event,

        @Schema(examples = "account.needs_consent") String type,

        Instant occurredAt,
        @Schema(examples = "2244994945") String account,

        @Schema(enumeration = {"PENDING", "DELIVERED", "FAILED"})
        String status,

        int tries,
        Instant nextTryAt,
        Instant lastTryAt,

        @Schema(description = "HTTP status of the last answer; none where none came", examples = "503")
        Integer lastStatus,

        @Schema(examples = "184") Long lastDurationMs,

        @Schema(examples = "status 503") String lastError) {
    static DeliveryResponse of(Delivery delivery) {
        return new DeliveryResponse(
                delivery.id(),
                delivery.eventId().orElse(null),
                delivery.type(),
                delivery.occurredAt(),
                delivery.account().map(AccountId::value).orElse(null),
                delivery.state().name(),
                delivery.tries(),
                delivery.nextTryAt().orElse(null),
                delivery.lastTryAt().orElse(null),
                delivery.lastStatus().orElse(null),
                delivery.lastDuration().map(Duration::toMillis).orElse(null),
                delivery.lastError().orElse(null));
    }

    /** A page of the delivery log, the newest first. */
    @Schema(name = "Deliveries")
    public record Page(
            List<DeliveryResponse> deliveries,

            @Schema(nullable = true, description = "Give it as cursor to get the next page; null on the last one")
            Long nextCursor) {
        /** @param found one more delivery than {@code limit} if there is another page */
        static Page of(List<Delivery> found, int limit) {
            var page = found.stream().limit(limit).toList();
            return new Page(
                    page.stream().map(DeliveryResponse::of).toList(),
                    found.size() > limit ? page.getLast().seq() : null);
        }
    }
}
