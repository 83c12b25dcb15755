package io.xtokenkeeper.diagnostics;

import io.quarkus.arc.Unremovable;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.xtokenkeeper.account.Account;
import io.xtokenkeeper.account.AccountRepository;
import io.xtokenkeeper.cli.AfterRestore;
import io.xtokenkeeper.cli.CheckResult;
import io.xtokenkeeper.domain.AccountId;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Checks the accounts of a restored database at X, one at a time. Runs in the service's own container, without its scheduler
 * and its port: a refresh token that is spent here is claimed, journalled and saved as in every refresh.
 */
@Singleton
@Unremovable
public class RestoredAccountsCheck implements QuarkusApplication {
    private static final int PAGE = 500;
    /** X is unavailable or the connection to it fails: continuing would only take long. */
    private static final int MAX_UNKNOWN_IN_A_ROW = 10;

    private static final String SPEND = "; --spend would try its refresh token";

    private final AccountRepository accounts;
    private final RestoredGrantCheck check;
    private final Map<CheckResult.Level, Integer> counts = new EnumMap<>(CheckResult.Level.class);
    private int unknownInARow;

    RestoredAccountsCheck(AccountRepository accounts, RestoredGrantCheck check) {
        this.accounts = accounts;
        this.check = check;
    }

    /** Starts the container for this check, and returns the exit status. */
    static int run(AfterRestore params) {
        // log lines must not be mixed with those of the report
        System.setProperty("quarkus.http.host-enabled", "false");
        System.setProperty("quarkus.banner.enabled", "false");
        System.setProperty("quarkus.log.console.stderr", "true");
        System.setProperty("quarkus.log.console.level", "WARN");
        var status = new AtomicInteger(1);
        Quarkus.run(RestoredAccountsCheck.class, (code, failure) -> status.set(code), params.arguments());
        return status.get();
    }

    @Override
    public int run(String... arguments) throws InterruptedException {
        var params = AfterRestore.of(arguments);
        var after = params.after().map(RestoredAccountsCheck::id);
        var page = page(after);
        while (!page.isEmpty()) {
            for (var account : page) {
                if (unknownInARow == MAX_UNKNOWN_IN_A_ROW) {
                    print("stopped: X returned no result for the last %d. Fix that, then continue with --after %s"
                            .formatted(unknownInARow, after.orElseThrow()));
                    return 1;
                }
                report(account.id(), check.check(account.id(), params.spend()));
                after = Optional.of(account.id());
                Thread.sleep(Duration.ofSeconds(1).dividedBy(params.perSecond()));
            }
            page = page(after);
        }
        print("done: " + counts);
        return counts.containsKey(CheckResult.Level.FAIL) ? 1 : 0;
    }

    private static AccountId id(String written) {
        return AccountId.parse(written).orElseThrow(() -> new IllegalArgumentException("--after is no account's id"));
    }

    private List<Account> page(Optional<AccountId> after) {
        return accounts.page(Optional.of("ACTIVE"), Optional.empty(), Optional.empty(), after, PAGE);
    }

    private void report(AccountId id, GrantStatus status) {
        var finding = finding(id.value(), status);
        print(finding.line());
        counts.merge(finding.level(), 1, Integer::sum);
        unknownInARow = status instanceof GrantStatus.Unknown ? unknownInARow + 1 : 0;
    }

    private static CheckResult finding(String id, GrantStatus status) {
        return switch (status) {
            case GrantStatus.Accepted() -> CheckResult.ok(id, "X takes its access token; nothing was spent");
            case GrantStatus.Refreshed() -> CheckResult.ok(id, "its refresh token was good; the new pair is saved");
            case GrantStatus.Refused() ->
                CheckResult.warn(id, "X does not take its access token: rotated or revoked since the backup" + SPEND);
            case GrantStatus.Expired() -> CheckResult.warn(id, "it has no access token that lives" + SPEND);
            case GrantStatus.Revoked(var reason) ->
                CheckResult.fail(id, "X says that its grant is over (" + reason + "): the person must consent again");
            case GrantStatus.Unknown(var why) ->
                CheckResult.warn(id, "X does not say now (" + why + "); the grant is kept");
        };
    }

    private static void print(String line) {
        System.out.println(line);
    }
}
