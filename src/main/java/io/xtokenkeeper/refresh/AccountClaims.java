package io.xtokenkeeper.refresh;

import io.xtokenkeeper.account.Grants;
import io.xtokenkeeper.account.TokenEncryption;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.Fingerprint;
import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.encryption.DecryptionException;
import io.xtokenkeeper.persistence.Database;
import io.xtokenkeeper.persistence.DatabaseException;
import io.xtokenkeeper.persistence.Row;
import io.xtokenkeeper.persistence.Statement;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Claims accounts for this replica (step 1 of the refresh protocol). One statement locks rows that no replica has
 * claimed, raises their fencing token, sets the lease and records which refresh token is about to be spent. It is
 * committed when the method returns.
 *
 * <p>The database's clock alone decides whether a lease has ended, so the clocks of replicas may differ.
 */
@Singleton
public class AccountClaims {
    private static final Logger LOG = Logger.getLogger(AccountClaims.class);

    /** Nothing is claimed while calls that began before a failover may still be in flight. */
    private static final String GATE = """
            with gate as (
                select from app_state where timeline = keeper_timeline() and settle_until <= clock_timestamp()),
            due as (
                select id, attempt_fingerprint is not distinct from refresh_fingerprint as unanswered
                  from account
                 where status = 'ACTIVE' and (lease_until is null or lease_until < clock_timestamp())
                   and exists (select from gate)
            """;

    /** Most urgent first. */
    private static final String DUE = GATE + """
                   and next_refresh_at <= :now
                 order by next_refresh_at
                 limit :limit
                   for no key update skip locked)""" + Claiming.UPDATE;

    /**
     * Repeats the caller's conditions under the row's lock. No caller shortens a back-off, or forces a refresh more than
     * once a minute.
     */
    private static final String ONE = GATE + """
                   and id = :id
                   and (access_token is null or access_expires_at is null or access_expires_at < :goodUntil
                        or refreshed_at < :issuedBefore)
                   and (failures = 0 or next_refresh_at <= :now)
                   and (not :forced or forced_at is null or forced_at <= :now - interval '1 minute')
                   for no key update skip locked)""" + Claiming.UPDATE;

    /**
     * The account that X accepted last, as far as is known: a grant that was never refreshed since its import may belong
     * to another app. Excludes accounts whose outcome is unknown, until their back-off ends. Accounts that X rejects for
     * themselves come last, after their back-off, and prove nothing: they are only for the end of a pause.
     */
    private static final String PROBE = GATE + """
                   and (attempt_fingerprint is null or next_refresh_at <= :now)
                   and (error_reason is distinct from 'GRANT_REJECTED' or :paused and next_refresh_at <= :now)
                   and id <> all (:except)
                 order by error_reason is not distinct from 'GRANT_REJECTED', id is not distinct from :preferred desc,
                          imported_fingerprint is distinct from refresh_fingerprint desc,
                          failures = 0 desc, refreshed_at desc
                 limit 1
                   for no key update skip locked)""" + Claiming.UPDATE;

    /** Counted as a failure, so that callers receive it at once instead of waiting for a refresh. */
    private static final String UNREADABLE = """
            update account
               set next_refresh_at = :retryAt, failures = failures + 1, error_reason = 'UNREADABLE', error_detail = :why,
                   error_at = :now,
                   lease_owner = null, lease_until = null,
                   attempt_fingerprint = case when :unanswered then attempt_fingerprint end,
                   attempt_started_at = case when :unanswered then attempt_started_at end
             where id = :id and fence = :fence""";

    private static final Duration UNREADABLE_PAUSE = Duration.ofHours(1);

    /** Setting {@code claimed_at} makes a trigger notify as a save does, so a claim needs everything that a save needs. */
    private static final class Claiming {
        private static final String UPDATE = """

                update account a
                   set fence = a.fence + 1, lease_owner = :owner,
                       lease_until = clock_timestamp() + :lease * interval '1 millisecond',
                       attempt_fingerprint = a.refresh_fingerprint, attempt_started_at = :now,
                       claimed_at = clock_timestamp(), forced_at = case when :forced then :now else a.forced_at end
                  from due
                 where a.id = due.id
                returning a.id, a.fence, a.refresh_token, a.refresh_fingerprint, a.scope, a.failures, due.unanswered,
                          a.imported_fingerprint is distinct from a.refresh_fingerprint as proven,
                          a.error_reason is not distinct from 'GRANT_REJECTED' as rejected""";
    }

    /** For a claim whose refresh token was not sent. */
    private static final String RELEASE = """
            update account
               set lease_owner = null, lease_until = null,
                   attempt_fingerprint = case when :unanswered then attempt_fingerprint end,
                   attempt_started_at = case when :unanswered then attempt_started_at end
             where id = :id and fence = :fence and lease_owner = :owner""";

    /**
     * Keeps other replicas from claiming accounts whose token pairs wait to be saved. Raising the fencing token makes
     * results for the spent token outdated.
     */
    private static final String RENEW = """
            update account
               set fence = fence + 1, lease_owner = :owner,
                   lease_until = clock_timestamp() + :lease * interval '1 millisecond'
             where id = (select id from account where id = :id and refresh_fingerprint = :spent
                            for no key update skip locked)""";

    private final Database database;
    private final TokenEncryption encryption;
    private final String owner = UUID.randomUUID().toString();

    AccountClaims(Database database, TokenEncryption encryption) {
        this.database = database;
        this.encryption = encryption;
    }

    /** Claims at most {@code limit} due accounts, most urgent first. */
    public List<ClaimedAccount> claimDue(int limit, Duration lease, Instant now) {
        return claim(database.statement("claiming due accounts", DUE).set("limit", limit), lease, false, now);
    }

    /**
     * Claims this account if it still needs a refresh, its back-off has ended and no other replica has claimed it.
     *
     * @param goodUntil an access token that is valid until then needs no refresh
     * @param issuedBefore a token pair issued earlier is refreshed all the same; {@link Instant#EPOCH} if its age does
     *     not matter
     * @param forced the caller replaces a token that is still valid: at most once a minute
     */
    public Optional<ClaimedAccount> claimOne(
            AccountId id, Instant goodUntil, Instant issuedBefore, boolean forced, Duration lease, Instant now) {
        var claim = database.statement("claiming account " + id, ONE)
                .set("id", id.value())
                .set("goodUntil", goodUntil)
                .set("issuedBefore", issuedBefore);
        return claim(claim, lease, forced, now).stream().findFirst();
    }

    /**
     * Claims the account that X accepted last, to find out whether X accepts refreshes now.
     *
     * @param preferred the account that this replica knows to have been accepted last
     * @param except accounts that X has just rejected
     * @param paused refreshing is paused: if there is no other account, one that X rejects for itself is better than none
     */
    public Optional<ClaimedAccount> claimProbe(
            Optional<AccountId> preferred, Collection<AccountId> except, boolean paused, Duration lease, Instant now) {
        var claim = database.statement("claiming an account for a probe", PROBE)
                .set("except", except.stream().map(AccountId::value).toList())
                .set("preferred", preferred.map(AccountId::value))
                .set("paused", paused);
        return claim(claim, lease, false, now).stream().findFirst();
    }

    private List<ClaimedAccount> claim(Statement claim, Duration lease, boolean forced, Instant now) {
        var began = System.nanoTime();
        var unreadable = new ArrayList<Unreadable>();
        var claimed = claim
                .set("owner", owner)
                .set("lease", lease)
                .set("forced", forced)
                .set("now", now)
                .list(row -> read(row, began + lease.toNanos(), unreadable))
                .stream()
                .flatMap(Optional::stream)
                .toList();
        postponeUnreadable(unreadable, now);
        return claimed;
    }

    /**
     * Releases a claim whose refresh token was not sent to X. Does nothing if another replica has claimed the account
     * since.
     */
    public void release(ClaimedAccount claimed) {
        database.statement("releasing account " + claimed.id(), RELEASE)
                .set("unanswered", claimed.unanswered())
                .set("id", claimed.id().value())
                .set("fence", claimed.fence())
                .set("owner", owner)
                .update();
    }

    /**
     * Keeps other replicas from claiming the accounts of these token pairs while they wait to be saved. Does not wait for
     * rows that another transaction has locked: nothing can claim those.
     */
    public void renew(Collection<RefreshResult.Rotated> waiting, Duration lease) {
        var renew = database.statement("renewing the leases of " + waiting.size() + " unsaved pairs", RENEW);
        waiting.stream()
                .sorted(Comparator.comparing(pair -> pair.id().value()))
                .forEach(pair -> renew.set("owner", owner)
                        .set("lease", lease)
                        .set("id", pair.id().value())
                        .set("spent", pair.spent().hex())
                        .addBatch());
        renew.updateBatch();
    }

    /** @param unanswered the outcome of an earlier attempt is unknown, so the token may be spent */
    private record Unreadable(String id, long fence, boolean unanswered, String why) {}

    private Optional<ClaimedAccount> read(Row row, long leaseEndsNanos, List<Unreadable> unreadable) {
        var id = row.text("id");
        try {
            return Optional.of(new ClaimedAccount(
                    new AccountId(id),
                    row.number("fence"),
                    encryption.decryptRefresh(Grants.TABLE, id, row.bytes("refresh_token")),
                    new Fingerprint(row.text("refresh_fingerprint")),
                    Scopes.of(row.text("scope")),
                    row.integer("failures"),
                    row.isTrue("unanswered"),
                    row.isTrue("proven"),
                    row.isTrue("rejected"),
                    leaseEndsNanos));
        } catch (DecryptionException e) {
            LOG.errorf("Account %s is skipped: %s", id, e.getMessage());
            unreadable.add(new Unreadable(id, row.number("fence"), row.isTrue("unanswered"), e.getMessage()));
            return Optional.empty();
        }
    }

    /**
     * Postpones the unreadable accounts. If that fails, their leases run out; the other claimed accounts are not
     * affected.
     */
    private void postponeUnreadable(List<Unreadable> unreadable, Instant now) {
        if (unreadable.isEmpty()) {
            return;
        }
        var update = database.statement("postponing unreadable accounts", UNREADABLE);
        for (var row : unreadable) {
            update.set("retryAt", now.plus(UNREADABLE_PAUSE))
                    .set("why", row.why())
                    .set("now", now)
                    .set("unanswered", row.unanswered())
                    .set("id", row.id())
                    .set("fence", row.fence())
                    .addBatch();
        }
        try {
            update.updateBatch();
        } catch (DatabaseException e) {
            LOG.warnf("Cannot postpone %d unreadable accounts: %s", unreadable.size(), e.getMessage());
        }
    }
}
