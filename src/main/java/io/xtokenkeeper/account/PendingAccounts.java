package io.xtokenkeeper.account;

import io.xtokenkeeper.audit.AuditEventRepository;
import io.xtokenkeeper.audit.AuditEventType;
import io.xtokenkeeper.audit.NewAuditEvent;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.Fingerprint;
import io.xtokenkeeper.encryption.DecryptionException;
import io.xtokenkeeper.persistence.Database;
import io.xtokenkeeper.persistence.DatabaseAccess;
import io.xtokenkeeper.persistence.Row;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Stores grants under a provisional id while their X user is unknown, and merges them into the user's account later.
 *
 * <ol>
 *   <li>X's users/me endpoint is called again when its rate limit resets, otherwise after an hour; from then on at most
 *       once an hour, ten times in all. A token pair that was saved after an interruption is due at once.
 *   <li>The X user id is kept in the row until no refresh of the account is in flight; then the row is merged.
 *   <li>Of two grants of one user the one of the later consent stays. The tokens of the other are dropped, not revoked: X
 *       has ended that grant already, and a revocation might end the current one.
 * </ol>
 */
@ApplicationScoped
@DatabaseAccess
public class PendingAccounts {
    private static final Logger LOG = Logger.getLogger(PendingAccounts.class);
    public static final int MAX_TRIES = 10;

    /** Condition on a row {@code lost}: no newer consent of the same user has replaced it, as far as is known. */
    public static final String NOT_REPLACED = """
            lost.id not like 'pending-%' or newer_consent(lost.id, lost.resolved_id, lost.connected_at) is null""";

    private static final String CLAIM = """
            update account
               set profile_tries = profile_tries + 1, profile_next_try_at = clock_timestamp() + interval '1 hour'
             where id in (select id from account
                           where id like 'pending-%' and status = 'ACTIVE' and resolved_id is null
                             and profile_tries < :maxTries and access_expires_at > clock_timestamp()
                             and coalesce(profile_next_try_at, connected_at + interval '1 hour') <= clock_timestamp()
                           order by id limit :limit for no key update skip locked)
            returning id, access_token, profile_tries""";

    private static final String ASK_NOT_BEFORE = """
            update account set profile_next_try_at = greatest(profile_next_try_at, :then) where id = :id""";

    private static final String RESOLVED = """
            update account
               set resolved_id = :person, username = coalesce(:username, username), name = coalesce(:name, name),
                   picture_url = coalesce(:picture, picture_url)
             where id = :id and resolved_id is null""";

    private static final String READY = """
            select id from account
             where id like 'pending-%' and resolved_id is not null
               and (lease_until is null or lease_until < clock_timestamp())
             order by id limit :limit""";

    /** An X user id sorts before a provisional one, so the user's account is always locked first. */
    private static final String LOCK = """
            select id, resolved_id, lease_until is null or lease_until < clock_timestamp() as free, status, connected_at,
                   access_token, refresh_token,
                   coalesce(refresh_fingerprint = imported_fingerprint
                            and (access_expires_at is null
                                 or refreshed_at <= (select connected_at from account where id = :pending)),
                            false) as imported
              from account
             where id = :pending or id = (select resolved_id from account where id = :pending)
             order by id for update""";

    private static final String RENAME = """
            update account
               set access_token = :access, refresh_token = :refresh, id = :person, profile_problem = null, fence = fence + 1,
                   resolved_id = null, profile_tries = 0, profile_next_try_at = null
             where id = :pending""";

    private static final String REPLACE = """
            update account a
               set username = coalesce(p.username, a.username), name = coalesce(p.name, a.name),
                   picture_url = coalesce(p.picture_url, a.picture_url), profile_problem = null,
                   status = 'ACTIVE', status_reason = null, scope = p.scope, access_token = :access,
                   refresh_token = :refresh,
                   refresh_fingerprint = p.refresh_fingerprint, access_expires_at = p.access_expires_at,
                   refreshed_at = p.refreshed_at, next_refresh_at = p.next_refresh_at, connected_at = p.connected_at,
                   failures = p.failures, error_reason = p.error_reason, error_detail = p.error_detail,
                   error_at = p.error_at, fence = a.fence + 1, lease_owner = null, lease_until = null,
                   attempt_fingerprint = p.attempt_fingerprint, attempt_started_at = p.attempt_started_at
              from account p
             where a.id = :person and p.id = :pending""";

    private static final String GIVE_UP =
            "update account set resolved_id = null, profile_tries = :maxTries where id = :pending";

    private static final String ERASE = "delete from account where id = :pending";

    /** Before the pending account is erased, with which its references would go. */
    private static final String COPY_REFERENCES = """
            insert into account_reference (account_id, reference, created_at)
            select :person, reference, created_at from account_reference where account_id = :pending
                on conflict do nothing""";

    /** Everything that refers to the pending account refers to the user's account afterwards. */
    private static final List<String> MOVE = List.of(
            "update consent_attempt set account_id = :person where account_id = :pending",
            "update consent_attempt set expected_user = :person where expected_user = :pending",
            "update consent_link set expected_user = :person where expected_user = :pending",
            "update consent_link set account_id = :person where account_id = :pending",
            """
            with moved as (
                update api_key set accounts = array_replace(accounts, :pending, :person)
                 where :pending = any(accounts) returning id)
            update app_state set keys_version = keys_version + 1 where exists (select from moved)""");

    private static final String NOTIFY = "select pg_notify('keeper_account', unnest(:ids::text[]))";

    private static final String WHO_HOLDS = """
            select exists (select from account where id = :person) as known,
                   exists (select from account where id like 'pending-%') as pending""";

    private static final String BY_FINGERPRINT = "select id from account where refresh_fingerprint = :spent";

    private final Database database;
    private final TokenEncryption encryption;

    public PendingAccounts(Database database, TokenEncryption encryption) {
        this.database = database;
        this.encryption = encryption;
    }

    /** Claims the pending accounts whose next call to X is due; no other replica claims them within the hour. */
    public List<PendingAccount> claim(int limit) {
        return database
                .statement("claiming pending accounts", CLAIM)
                .set("maxTries", MAX_TRIES)
                .set("limit", limit)
                .list(this::read)
                .stream()
                .flatMap(Optional::stream)
                .toList();
    }

    private Optional<PendingAccount> read(Row row) {
        var id = new AccountId(row.text("id"));
        try {
            var access = encryption.decryptAccess(Grants.TABLE, id.value(), row.bytes("access_token"));
            return Optional.of(new PendingAccount(id, access, row.integer("profile_tries")));
        } catch (DecryptionException e) {
            LOG.warnf("Account %s is not checked: %s", id, e.getMessage());
            return Optional.empty();
        }
    }

    /** Postpones the next call to the end of X's rate limit. */
    public void askNotBefore(AccountId pending, Instant then) {
        database.statement("recording when to ask about account " + pending, ASK_NOT_BEFORE)
                .set("then", then)
                .set("id", pending.value())
                .update();
    }

    /** Records the X user of a pending account; {@link #merge} does the rest. */
    public void resolved(AccountId pending, Person person) {
        database.statement("recording whose account " + pending + " is", RESOLVED)
                .set("person", person.id().value())
                .set("username", person.username())
                .set("name", person.name())
                .set("picture", person.pictureUrl())
                .set("id", pending.value())
                .update();
    }

    /** Returns the accounts whose X user is known and that no replica has claimed for a refresh. */
    public List<AccountId> ready(int limit) {
        return database.statement("looking for pending accounts", READY)
                .set("limit", limit)
                .list(row -> new AccountId(row.text("id")));
    }

    /**
     * A pending account or the account of its user, as read under its lock.
     *
     * @param person X user id of a pending account
     * @param imported its pair was imported and not refreshed since, and is not known to be newer than the pending account
     */
    @SuppressWarnings("ArrayRecordComponent") // encrypted again, never compared
    private record Locked(
            AccountId id,
            Optional<AccountId> person,
            boolean free,
            boolean active,
            boolean imported,
            Instant connectedAt,
            Optional<byte[]> access,
            byte[] refresh) {
        /** A later consent, or any against a grant that is lost or was only imported meanwhile. */
        boolean replaces(Locked theirs) {
            return connectedAt.isAfter(theirs.connectedAt) || !theirs.active || theirs.imported;
        }

        static Locked of(Row row) {
            return new Locked(
                    new AccountId(row.text("id")),
                    row.optionalText("resolved_id").map(AccountId::new),
                    row.isTrue("free"),
                    row.text("status").equals(new Status.Active().name()),
                    row.isTrue("imported"),
                    row.instant("connected_at"),
                    row.optionalBytes("access_token"),
                    row.bytes("refresh_token"));
        }
    }

    /**
     * Moves a pending account, and everything that refers to it, to its X user's id, and records an audit event. Returns
     * that id; empty if a refresh is in flight, if the account was merged or erased before, or if its tokens cannot be
     * decrypted.
     *
     * @param now time of the audit event
     */
    @Transactional
    public Optional<AccountId> merge(AccountId pending, Instant now) {
        var rows =
                database
                        .statement("locking account " + pending, LOCK)
                        .set("pending", pending.value())
                        .list(Locked::of)
                        .stream()
                        .collect(Collectors.toMap(Locked::id, Function.identity()));
        var ours = rows.get(pending);
        if (ours == null || !ours.free() || ours.person().isEmpty()) {
            return Optional.empty();
        }
        var person = ours.person().get();
        try {
            // decrypts before it writes: if that fails nothing has changed
            move(ours, person, Optional.ofNullable(rows.get(person)));
        } catch (DecryptionException e) {
            LOG.errorf("Account %s stays as it is: %s", pending, e.getMessage());
            database.statement("giving account " + pending + " up", GIVE_UP)
                    .set("maxTries", MAX_TRIES)
                    .set("pending", pending.value())
                    .update();
            return Optional.empty();
        }
        var event = NewAuditEvent.ofTimer(AuditEventType.ACCOUNT_CONNECTED, "X says whose " + pending + " is")
                .about(person);
        AuditEventRepository.record(database, List.of(event), now);
        return Optional.of(person);
    }

    private void move(Locked ours, AccountId person, Optional<Locked> theirs) {
        var pending = ours.id();
        if (theirs.isEmpty()) {
            write(RENAME, ours, person);
        } else {
            if (ours.active() && ours.replaces(theirs.get())) {
                write(REPLACE, ours, person);
            }
            database.statement("moving the references of account " + pending, COPY_REFERENCES)
                    .set("person", person.value())
                    .set("pending", pending.value())
                    .update();
            database.statement("erasing account " + pending, ERASE)
                    .set("pending", pending.value())
                    .update();
        }
        for (var sql : MOVE) {
            database.statement("moving account " + pending, sql)
                    .set("person", person.value())
                    .set("pending", pending.value())
                    .update();
        }
        // no trigger fires when an id changes
        database.statement("notifying of account " + person, NOTIFY)
                .set("ids", List.of(pending.value(), person.value()))
                .first(row -> true);
    }

    /** Encrypts the tokens for the row that they are written to: a value can be decrypted in its own row only. */
    private void write(String sql, Locked from, AccountId to) {
        var row = from.id().value();
        var access = from.access()
                .map(bytes -> encryption.decryptAccess(Grants.TABLE, row, bytes))
                .map(token -> encryption.encrypt(Grants.TABLE, to.value(), token));
        var refresh = encryption.encrypt(
                Grants.TABLE, to.value(), encryption.decryptRefresh(Grants.TABLE, row, from.refresh()));
        database.statement("moving account " + row, sql)
                .set("access", access)
                .set("refresh", refresh)
                .set("person", to.value())
                .set("pending", row)
                .update();
    }

    /** Which account may have another grant of an X user. */
    public enum Holder {
        AN_ACCOUNT,
        /** There are pending accounts, and one of them may belong to the user. */
        PERHAPS_A_PENDING_ONE,
        NO_ACCOUNT
    }

    public Holder whoHolds(AccountId person) {
        return database.statement("looking for other grants of " + person, WHO_HOLDS)
                .set("person", person.value())
                .one(row -> {
                    if (row.isTrue("known")) {
                        return Holder.AN_ACCOUNT;
                    }
                    return row.isTrue("pending") ? Holder.PERHAPS_A_PENDING_ONE : Holder.NO_ACCOUNT;
                });
    }

    /** Returns the account that has this refresh token stored. */
    public Optional<AccountId> byFingerprint(Fingerprint refreshToken) {
        return database.statement("looking for the account of a late pair", BY_FINGERPRINT)
                .set("spent", refreshToken.hex())
                .first(row -> new AccountId(row.text("id")));
    }
}
