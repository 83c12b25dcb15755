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
 * Step 1 of a refresh: takes accounts for this replica. One statement locks rows that nobody holds, raises their fence,
 * sets the lease and writes down which token is about to be spent; it is committed when it returns.
 *
 * <p>Leases are told by the database's clock alone, so replicas need not agree on the time.
 */
@Singleton
public class AccountClaims {
    private static final Logger LOG = Logger.getLogger(AccountClaims.class);

    /** Nothing is claimed while calls that were begun before a fail-over may still be at X. */
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
     * The same question that was asked before, asked again under the row's lock. No caller shortens a pause, nor has a token
     * replaced before its time more than once a minute.
     */
    private static final String ONE = GATE + """
                   and id = :id
                   and (access_token is null or access_expires_at is null or access_expires_at < :goodUntil
                        or refreshed_at < :issuedBefore)
                   and (failures = 0 or next_refresh_at <= :now)
                   and (not :forced or forced_at is null or forced_at <= :now - interval '1 minute')
                   for no key update skip locked)""" + Claiming.UPDATE;

    /**
     * The account that X accepted last, as far as is known: one that was never refreshed since it was imported may be of
     * another app. Not one whose token may be spent, before its pause is over, nor one that X rejects for its own sake.
     */
    private static final String PROBE = GATE + """
                   and (attempt_fingerprint is null or next_refresh_at <= :now)
                   and error_reason is distinct from 'GRANT_REJECTED'
                   and id <> all (:except)
                 order by id is not distinct from :preferred desc, imported_fingerprint is distinct from refresh_fingerprint desc,
                          failures = 0 desc, refreshed_at desc
                 limit 1
                   for no key update skip locked)""" + Claiming.UPDATE;

    /** Counted as a failure, so that callers are told so at once instead of waiting for somebody to refresh it. */
    private static final String UNREADABLE = """
            update account
               set next_refresh_at = :retryAt, failures = failures + 1, error_reason = 'UNREADABLE', error_detail = :why,
                   error_at = :now,
                   lease_owner = null, lease_until = null,
                   attempt_fingerprint = case when :unanswered then attempt_fingerprint end,
                   attempt_started_at = case when :unanswered then attempt_started_at end
             where id = :id and fence = :fence""";

    private static final Duration UNREADABLE_PAUSE = Duration.ofHours(1);

    /** Setting {@code claimed_at} has a trigger notify as a save does, so a claim needs all that a save needs. */
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
                          a.imported_fingerprint is distinct from a.refresh_fingerprint as proven""";
    }

    /** For a claim whose token was not sent. */
    private static final String RELEASE = """
            update account
               set lease_owner = null, lease_until = null,
                   attempt_fingerprint = case when :unanswered then attempt_fingerprint end,
                   attempt_started_at = case when :unanswered then attempt_started_at end
             where id = :id and fence = :fence and lease_owner = :owner""";

    /** Holds back the claims of pairs that wait to be saved; a verdict about the spent token no longer counts. */
    private static final String RENEW = """
            update account
               set fence = fence + 1, lease_owner = :owner,
                   lease_until = clock_timestamp() + :lease * interval '1 millisecond'
             where id = :id and refresh_fingerprint = :spent""";

    private final Database database;
    private final TokenEncryption seals;
    private final String owner = UUID.randomUUID().toString();

    AccountClaims(Database database, TokenEncryption seals) {
        this.database = database;
        this.seals = seals;
    }

    /** At most {@code limit} accounts whose time has come, most urgent first. */
    public List<ClaimedAccount> due(int limit, Duration lease, Instant now) {
        return claim(database.statement("claiming due accounts", DUE).set("limit", limit), lease, false, now);
    }

    /**
     * This account, if it still needs it, its pause is over and no other replica has claimed it.
     *
     * @param goodUntil a token that lives until then needs no refresh
     * @param issuedBefore a pair issued earlier is refreshed all the same; {@link Instant#EPOCH} for "no matter"
     * @param forced a token that is still good is replaced: not more than once a minute
     */
    public Optional<ClaimedAccount> one(
            AccountId id, Instant goodUntil, Instant issuedBefore, boolean forced, Duration lease, Instant now) {
        var claim = database.statement("claiming account " + id, ONE)
                .set("id", id.value())
                .set("goodUntil", goodUntil)
                .set("issuedBefore", issuedBefore);
        return claim(claim, lease, forced, now).stream().findFirst();
    }

    /**
     * The account that X accepted last, to find out whether X accepts another one now.
     *
     * @param preferred the account that this replica knows to have been accepted last
     * @param except accounts that X has just rejected
     */
    public Optional<ClaimedAccount> probe(
            Optional<AccountId> preferred, Collection<AccountId> except, Duration lease, Instant now) {
        var claim = database.statement("claiming an account for a probe", PROBE)
                .set("except", except.stream().map(AccountId::value).toList())
                .set("preferred", preferred.map(AccountId::value));
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
        putAside(unreadable, now);
        return claimed;
    }

    /** Gives a claim up whose token was not sent to X. Where another replica has claimed the account since, nothing changes. */
    public void release(ClaimedAccount claimed) {
        database.statement("releasing account " + claimed.id(), RELEASE)
                .set("unanswered", claimed.unanswered())
                .set("id", claimed.id().value())
                .set("fence", claimed.fence())
                .set("owner", owner)
                .update();
    }

    /** Keeps every other replica from claiming the accounts of these pairs while they wait to be saved. */
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

    /** @param unanswered the token that cannot be decrypted may be spent */
    private record Unreadable(String id, long fence, boolean unanswered, String why) {}

    private Optional<ClaimedAccount> read(Row row, long leaseEndsNanos, List<Unreadable> unreadable) {
        var id = row.text("id");
        try {
            return Optional.of(new ClaimedAccount(
                    new AccountId(id),
                    row.number("fence"),
                    seals.openRefresh(Grants.TABLE, id, row.bytes("refresh_token")),
                    new Fingerprint(row.text("refresh_fingerprint")),
                    Scopes.of(row.text("scope")),
                    row.integer("failures"),
                    row.isTrue("unanswered"),
                    row.isTrue("proven"),
                    leaseEndsNanos));
        } catch (DecryptionException e) {
            LOG.errorf("account %s is skipped: %s", id, e.getMessage());
            unreadable.add(new Unreadable(id, row.number("fence"), row.isTrue("unanswered"), e.getMessage()));
            return Optional.empty();
        }
    }

    /** One unreadable row must not keep the others waiting: if this fails too, its lease runs out. */
    private void putAside(List<Unreadable> unreadable, Instant now) {
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
