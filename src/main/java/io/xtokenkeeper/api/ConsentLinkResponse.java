package io.xtokenkeeper.api;

import io.xtokenkeeper.consent.ConsentLink;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.Reference;
import io.xtokenkeeper.domain.ReturnUrl;
import io.xtokenkeeper.domain.Scopes;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A consent link as JSON, without its token. */
@Schema(name = "ConsentLink")
public record ConsentLinkResponse(
        String id,

        @Schema(
                description =
                        "OPEN: not used yet. STARTED: the user continued to X. CONNECTED: see account. DECLINED: the user said no."
                                + " FAILED: see error. After DECLINED and FAILED the link works until it expires. EXPIRED: not used in"
                                + " time. WITHDRAWN: by you")
        ConsentLink.Status status,

        @Schema(nullable = true, description = "The X user id of the account that was connected")
        String account,

        @Schema(nullable = true, description = "Your own id for the user")
        String reference,

        @Schema(nullable = true, description = "Why the consent failed, with X's own words if there are any")
        String error,

        @Schema(nullable = true, description = "The X user id that must consent")
        String expectedUser,

        @Schema(nullable = true, description = "The scopes it was created with; null: the configured ones")
        String scope,

        @Schema(nullable = true, description = "The scopes that X granted, which may be fewer than were asked for")
        String grantedScope,

        @Schema(nullable = true) String returnTo,
        @Schema(nullable = true) String state,
        @Schema(nullable = true) String purpose,

        @Schema(
                nullable = true,
                description = "Who created it, as in events; null: the service, for a call that needs consent")
        String createdBy,

        Instant createdAt,
        Instant expiresAt,

        @Schema(nullable = true, description = "When the user last continued to X")
        Instant startedAt,

        @Schema(nullable = true, description = "When it reached its status; null while it is open or started")
        Instant endedAt) {
    static ConsentLinkResponse of(ConsentLink link, Instant now) {
        return new ConsentLinkResponse(
                link.id().hex(),
                link.status(now),
                link.account().map(AccountId::value).orElse(null),
                link.reference().map(Reference::value).orElse(null),
                link.error().orElse(null),
                link.expectedUser().map(AccountId::value).orElse(null),
                link.scopes().map(Scopes::toString).orElse(null),
                link.grantedScopes().map(Scopes::toString).orElse(null),
                link.returnTo().map(ReturnUrl::value).orElse(null),
                link.state().orElse(null),
                link.purpose().orElse(null),
                link.createdBy().orElse(null),
                link.createdAt(),
                link.expiresAt(),
                link.startedAt().orElse(null),
                ended(link, now).orElse(null));
    }

    /** A link expires a little before that is recorded. */
    private static Optional<Instant> ended(ConsentLink link, Instant now) {
        return link.endedAt()
                .or(() -> Optional.of(link.expiresAt()).filter(end -> link.status(now) == ConsentLink.Status.EXPIRED));
    }

    /** A page of consent links, the newest first. */
    @Schema(name = "ConsentLinks")
    public record Page(
            List<ConsentLinkResponse> consentLinks,

            @Schema(nullable = true, description = "Give it as cursor to get the next page; null on the last one")
            Long nextCursor) {
        /** @param found one more link than {@code limit} if there is another page */
        static Page of(List<ConsentLink> found, int limit, Instant now) {
            var page = found.stream().limit(limit).toList();
            return new Page(
                    page.stream().map(link -> ConsentLinkResponse.of(link, now)).toList(),
                    found.size() > limit ? page.getLast().seq() : null);
        }
    }
}
