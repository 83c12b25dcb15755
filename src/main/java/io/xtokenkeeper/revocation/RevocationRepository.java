package io.xtokenkeeper.revocation;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.xtokenkeeper.account.Grants;
import io.xtokenkeeper.account.LossReason;
import io.xtokenkeeper.account.Status;
import io.xtokenkeeper.account.TokenEncryption;
import io.xtokenkeeper.audit.AuditEventRepository;
import io.xtokenkeeper.audit.AuditEventType;
import io.xtokenkeeper.audit.NewAuditEvent;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.encryption.DecryptionException;
import io.xtokenkeeper.persistence.Database;
import io.xtokenkeeper.persistence.DatabaseAccess;
import io.xtokenkeeper.persistence.Row;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Stores the token pairs that X has yet to revoke, mostly those of erased accounts. They are kept encrypted until X
 * confirms.
 */
@ApplicationScoped
@DatabaseAccess
public class RevocationRepository implements PanacheRepositoryBase<PendingRevocation, String> {
    private static final Logger LOG = Logger.getLogger(RevocationRepository.class);
    private static final String TABLE = "revocation";

    private static final String ERASE = """
            delete from account where id = :id returning access_token, refresh_token, status""";

    private static final String ADD = """
            insert into revocation (id, account_id, access_token, refresh_token, next_try_at)
            values (:id, :account, :access, :refresh, clock_timestamp() + interval '30 seconds')
                on conflict (id) do nothing""";

    /** The replica that claims a revocation is the only one to try it until the next attempt is due. */
    private static final String CLAIM = """
            update revocation
               set tries = tries + 1,
                   next_try_at = clock_timestamp() + :pause * interval '1 millisecond' * least(power(2, tries), 512)
             where id in (select id from revocation where next_try_at <= clock_timestamp()
                           order by next_try_at limit :limit for update skip locked)
            returning id, account_id, access_token, refresh_token""";

    /**
     * X's refresh tokens live about six months: after that there is nothing left to revoke. This also ends revocations
     * that cannot be decrypted.
     */
    private static final String GIVE_UP = """
            delete from revocation where created_at < clock_timestamp() - interval '180 days' returning account_id""";

    private static final String MEASURE = """
            select count(*) as waiting, coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0) as oldest
              from revocation""";

    private static final String DONE = "delete from revocation where id = :id";

    private final Database database;
    private final TokenEncryption encryption;

    public RevocationRepository(Database database, TokenEncryption encryption) {
        this.database = database;
        this.encryption = encryption;
    }

    /**
     * Erases the account and queues its token pair for revocation in the same transaction. For the next 30 seconds the
     * caller is the only one to revoke it.
     *
     * @return empty if there was no such account
     */
    @Transactional
    public Optional<Erased> erase(AccountId account) {
        return database.statement("erasing account " + account, ERASE)
                .set("id", account.value())
                .first(row ->
                        isRevokedAndPending(account, row) ? Optional.<Revocation>empty() : revocation(account, row))
                .map(found -> new Erased(found.map(this::queue)));
    }

    /**
     * An account that was erased.
     *
     * @param revocation empty if its tokens cannot be decrypted; also if it was a pending account whose grant is revoked:
     *     X may have ended that grant for a newer consent of the same user, and a revocation might end the newer one
     */
    public record Erased(Optional<Revocation> revocation) {}

    private static boolean isRevokedAndPending(AccountId account, Row row) {
        return account.isPending()
                && row.text("status").equals(new Status.NeedsConsent(LossReason.REJECTED_BY_X).name());
    }

    private Optional<Revocation> revocation(AccountId account, Row row) {
        try {
            var access = row.optionalBytes("access_token")
                    .map(bytes -> encryption.decryptAccess(Grants.TABLE, account.value(), bytes));
            var refresh = encryption.decryptRefresh(Grants.TABLE, account.value(), row.bytes("refresh_token"));
            return Optional.of(Revocation.of(account, access, refresh));
        } catch (DecryptionException e) {
            LOG.warnf("Account %s is erased, but cannot be revoked at X: %s", account, e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * Queues a token pair that X issued and that the service does not keep, unless it is queued already. For the next 30
     * seconds the caller is the only one to revoke it.
     */
    public Revocation queue(Revocation revocation) {
        database.statement("recording a pair of account " + revocation.account() + " to revoke", ADD)
                .set("id", revocation.id())
                .set("account", revocation.account().value())
                .set(
                        "access",
                        revocation.access().map(token -> encryption.encryptIssued(TABLE, revocation.id(), token)))
                .set("refresh", encryption.encryptIssued(TABLE, revocation.id(), revocation.refresh()))
                .update();
        return revocation;
    }

    /**
     * Claims at most {@code limit} due revocations. They are due again after {@code pause}, doubled with each attempt,
     * unless {@link #done}.
     */
    public List<Revocation> claim(int limit, Duration pause) {
        return database
                .statement("claiming pairs to revoke", CLAIM)
                .set("pause", pause)
                .set("limit", limit)
                .list(this::read)
                .stream()
                .flatMap(Optional::stream)
                .toList();
    }

    private Optional<Revocation> read(Row row) {
        var id = row.text("id");
        var account = new AccountId(row.text("account_id"));
        try {
            var access = row.optionalBytes("access_token").map(bytes -> encryption.decryptAccess(TABLE, id, bytes));
            return Optional.of(new Revocation(
                    id, account, access, encryption.decryptRefresh(TABLE, id, row.bytes("refresh_token"))));
        } catch (DecryptionException e) {
            LOG.errorf("the revocation of account %s is skipped: %s", account, e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * Deletes the revocations that X has not confirmed within 180 days, with an audit event for each, and returns their
     * accounts.
     *
     * @param now time of the audit events
     */
    @Transactional
    public List<AccountId> giveUp(Instant now) {
        var accounts =
                database.statement("giving revocations up", GIVE_UP).list(row -> new AccountId(row.text("account_id")));
        var event = NewAuditEvent.ofTimer(AuditEventType.REVOCATION_GIVEN_UP, "X did not confirm it within 180 days");
        AuditEventRepository.record(
                database, accounts.stream().map(event::about).toList(), now);
        return accounts;
    }

    /**
     * The queue at a moment.
     *
     * @param waiting revocations that X has not confirmed
     * @param oldestSeconds how long the oldest one has waited
     */
    public record Figures(long waiting, double oldestSeconds) {
        public static final Figures NONE = new Figures(0, 0);
    }

    public Figures measure() {
        return database.statement("measuring the revocations", MEASURE)
                .one(row -> new Figures(row.number("waiting"), row.decimal("oldest")));
    }

    public void done(Revocation revocation) {
        database.statement("ending a revocation", DONE)
                .set("id", revocation.id())
                .update();
    }
}
