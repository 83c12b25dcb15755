package io.xtokenkeeper.api;

import io.xtokenkeeper.account.Account;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A page of accounts, in the order of their ids; the JSON of {@code GET /api/v1/accounts}. */
@Schema(name = "Accounts")
public record AccountListResponse(
        List<AccountResponse> accounts,

        @Schema(nullable = true, description = "Give it as cursor to get the next page; null on the last one")
        String nextCursor) {
    /** @param found one more account than {@code limit} if there is another page */
    static AccountListResponse of(List<Account> found, int limit) {
        var page = found.stream().limit(limit).map(AccountResponse::of).toList();
        return new AccountListResponse(
                page, found.size() > limit ? page.getLast().id() : null);
    }
}
