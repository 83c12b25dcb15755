package io.xtokenkeeper.api;

import io.xtokenkeeper.account.Account;
import io.xtokenkeeper.account.LastError;
import io.xtokenkeeper.account.Status;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** An account as JSON. Contains no token. */
@Schema(name = "Account")
public record AccountResponse(
        @Schema(description = "The X user id", examples = "2244994945")
        String id,

        @Schema(nullable = true, examples = "XDevelopers") String username,

        @Schema(nullable = true, examples = "X Developers") String name,

        @Schema(nullable = true, description = "The picture's address at X")
        String pictureUrl,

        @Schema(
                description = "Whether X said whose grant this is. While it did not, the id is provisional.",
                enumeration = {"known", "unavailable"})
        String profile,

        @Schema(enumeration = {"ACTIVE", "NEEDS_CONSENT"}) String status,

        @Schema(description = "Separated by spaces", examples = "tweet.read users.read offline.access")
        String scope,

        @Schema(nullable = true, description = "When the access token ends")
        Instant accessExpiresAt,

        @Schema(description = "When X issued the tokens that are kept")
        Instant refreshedAt,

        @Schema(nullable = true, description = "When they are rotated next; null while a consent is needed")
        Instant nextRefreshAt,

        @Schema(
                description =
                        "When the refresh token dies if nothing refreshes it: about six months after it was issued")
        Instant refreshTokenGoodUntil,

        @Schema(
                description = "The callers' own ids for the user, in alphabetical order",
                examples = "[\"customer-42\"]")
        List<String> references,

        @Schema(nullable = true) LastErrorJson lastError) {

    @Schema(name = "LastError")
    public record LastErrorJson(
            @Schema(examples = "REJECTED_BY_X") String reason, String detail, Instant at) {
        static LastErrorJson of(LastError error) {
            return new LastErrorJson(error.reason(), error.detail(), error.at());
        }
    }

    /** A page of accounts, in the order of their ids; the JSON of {@code GET /api/v1/accounts}. */
    @Schema(name = "Accounts")
    public record Page(
            List<AccountResponse> accounts,

            @Schema(nullable = true, description = "Give it as cursor to get the next page; null on the last one")
            String nextCursor) {
        /** @param found one more account than {@code limit} if there is another page */
        static Page of(List<Account> found, int limit) {
            var page = found.stream().limit(limit).map(AccountResponse::of).toList();
            return new Page(page, found.size() > limit ? page.getLast().id() : null);
        }
    }

    static AccountResponse of(Account account) {
        return new AccountResponse(
                account.id().value(),
                account.username().orElse(null),
                account.name().orElse(null),
                account.pictureUrl().orElse(null),
                account.profileProblem().isPresent() ? "unavailable" : "known",
                account.status().name(),
                account.scope().toString(),
                account.accessExpiresAt().orElse(null),
                account.refreshedAt(),
                account.status() instanceof Status.Active ? account.nextRefreshAt() : null,
                account.refreshTokenGoodUntil(),
                account.references(),
                account.lastError().map(LastErrorJson::of).orElse(null));
    }
}
