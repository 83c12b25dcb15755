package io.xtokenkeeper.consumer;

import io.xtokenkeeper.account.AccountRepository;
import io.xtokenkeeper.account.ImportedGrant;
import io.xtokenkeeper.account.LossReason;
import io.xtokenkeeper.refresh.Fresh;
import io.xtokenkeeper.refresh.VerifyGrants;
import io.xtokenkeeper.token.AccountId;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** What X makes of grants that were imported just now. */
@Singleton
class VerifyImported {
    /** The store keeps microseconds. */
    private static final Duration TICK = Duration.ofNanos(1_000);

    private final VerifyGrants verify;
    private final AccountRepository accounts;

    VerifyImported(VerifyGrants verify, AccountRepository accounts) {
        this.verify = verify;
        this.accounts = accounts;
    }

    /** @param importedAt the moment that was given to the import */
    Map<Long, ImportResult> results(Map<Long, ImportedGrant> imported, Instant importedAt) {
        var ids = imported.values().stream().map(ImportedGrant::id).toList();
        var answers = verify.verify(ids, importedAt.plus(TICK)).iterator();
        var results = new LinkedHashMap<Long, ImportResult>();
        imported.forEach((line, grant) -> results.put(line, result(line, grant.id(), answers.next())));
        return results;
    }

    private ImportResult result(long line, AccountId id, Fresh answer) {
        return switch (answer) {
            case Fresh.Token(var token, var scope, var expiresAt) ->
                new ImportResult(line, id.value(), "verified", null);
            case Fresh.NeedsConsent(var reason) -> new ImportResult(line, id.value(), "refused", whatXSaid(id, reason));
            case Fresh.TooSoon(var retryAt) -> unverified(line, id, "it was refreshed less than a minute ago");
            case Fresh.NotNow(var retryAt, var why) -> unverified(line, id, why);
            case Fresh.NoSuchAccount() -> unverified(line, id, "it was erased meanwhile");
            case Fresh.AsksTooMuch(var longest) -> unverified(line, id, "X gives it no time to live");
        };
    }

    private static ImportResult unverified(long line, AccountId id, String why) {
        return new ImportResult(line, id.value(), "unverified", why);
    }

    private String whatXSaid(AccountId id, LossReason reason) {
        return accounts.byId(id)
                .flatMap(account -> account.lastError())
                .map(error -> reason + ": " + error.detail())
                .orElse(reason.name());
    }
}
