package io.xtokenkeeper.transfer;

import io.xtokenkeeper.account.AccountRepository;
import io.xtokenkeeper.account.ImportedGrant;
import io.xtokenkeeper.account.LossReason;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.refresh.GrantVerifier;
import io.xtokenkeeper.refresh.TokenResult;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Verifies grants that were just imported by refreshing each once, and maps the outcomes to import results. */
@Singleton
class ImportVerifier {
    /**
     * Added to the time of the import, so that the import itself does not count as a refresh: the database stores
     * microseconds.
     */
    private static final Duration TICK = Duration.ofNanos(1_000);

    private final GrantVerifier verifier;
    private final AccountRepository accounts;

    ImportVerifier(GrantVerifier verifier, AccountRepository accounts) {
        this.verifier = verifier;
        this.accounts = accounts;
    }

    /**
     * Verifies imported grants.
     *
     * @param imported by record number
     * @param importedAt the time that was passed to the import
     * @return one result per record number
     */
    Map<Long, ImportResult> results(Map<Long, ImportedGrant> imported, Instant importedAt) {
        var ids = imported.values().stream().map(ImportedGrant::id).toList();
        var answers = verifier.verify(ids, importedAt.plus(TICK)).iterator();
        var results = new LinkedHashMap<Long, ImportResult>();
        imported.forEach((line, grant) -> results.put(line, result(line, grant.id(), answers.next())));
        return results;
    }

    private ImportResult result(long line, AccountId id, TokenResult answer) {
        return switch (answer) {
            case TokenResult.Token(var token, var scope, var expiresAt) ->
                new ImportResult(line, id.value(), "verified", null);
            case TokenResult.NeedsConsent(var reason) ->
                new ImportResult(line, id.value(), "refused", lossDetail(id, reason));
            case TokenResult.TooSoon(var retryAt) -> unverified(line, id, "it was refreshed less than a minute ago");
            case TokenResult.RetryLater(var retryAt, var why) -> unverified(line, id, why);
            case TokenResult.NoSuchAccount() -> unverified(line, id, "it was erased meanwhile");
            case TokenResult.AsksTooMuch(var longest) -> unverified(line, id, "X gives it no time to live");
        };
    }

    private static ImportResult unverified(long line, AccountId id, String why) {
        return new ImportResult(line, id.value(), "unverified", why);
    }

    private String lossDetail(AccountId id, LossReason reason) {
        return accounts.byId(id)
                .flatMap(account -> account.lastError())
                .map(error -> reason + ": " + error.detail())
                .orElse(reason.name());
    }
}
