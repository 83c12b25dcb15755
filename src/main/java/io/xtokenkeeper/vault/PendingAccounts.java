package io.xtokenkeeper.vault;

import io.agroal.api.AgroalDataSource;
import io.xtokenkeeper.audit.Event;
import io.xtokenkeeper.audit.EventType;
import io.xtokenkeeper.crypto.UnreadableException;
import io.xtokenkeeper.token.AccountId;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Grants under a provisional id, because X did not say whose they are.
 *
 * <ol>
 *   <li>X is asked again when its rate limit ends, else after an hour; at most once an hour from then on, ten times.
 *   <li>What X has said stays in the row until no refresh of it is in flight; then the row is merged.
 *   <li>Of two grants of one person the one that was consented later stays. The other one's tokens are dropped, not revoked:
 *       X has ended that grant by itself, and a revocation might end the living one.
 * </ol>
 */
@Singleton
public class PendingAccounts {
    private static final Logger LOG = Logger.getLogger(PendingAccounts.class);
    public static final int MAX_TRIES = 10;

    /** Of a row {@code lost}: no newer consent of the same person has replaced it, as far as can be known. */
    static final String NOT_REPLACED = """
            lost.id not like 'pending-%' or newer_consent(lost.id, lost.resolved_id, lost.connected_at) is null""";

    private static final String CLAIM = """
            update account
               set profile_tries = profile_tries + 1, profile_next_try_at = clock_timestamp() + interval '1 hour'
             where id in (select id from account
                           where id like 'pending-%' and status = 'ACTIVE' and resolved_id is null
                             and profile_tries < ? and access_expires_at > clock_timestamp()
                             and coalesce(profile_next_try_at, connected_at + interval '1 hour') <= clock_timestamp()
                           order by id limit ? for no key update skip locked)
            returning id, access_token, profile_tries""";

    private static final String ASK_NOT_BEFORE = """
            update account set profile_next_try_at = greatest(profile_next_try_at, ?) where id = ?""";

    private static final String RESOLVED = """
            update account
               set resolved_id = ?, username = coalesce(?, username), name = coalesce(?, name),
                   picture_url = coalesce(?, picture_url)
             where id = ? and resolved_id is null""";

    private static final String READY = """
            select id from account
             where id like 'pending-%' and resolved_id is not null
               and (lease_until is null or lease_until < clock_timestamp())
             order by id limit ?""";

    /** An X user id sorts before a provisional one, so the person's account is locked first, everywhere. */
    private static final String LOCK = """
            select id, resolved_id, lease_until is null or lease_until < clock_timestamp(), status, connected_at,
                   access_token, refresh_token
              from account
             where id = ? or id = (select resolved_id from account where id = ?)
             order by id for update""";

    /** The same parameters as {@link #REPLACE}: the tokens, the person's id, the provisional id. */
    private static final String RENAME = """
            update account
               set access_token = ?, refresh_token = ?, id = ?, profile_problem = null, fence = fence + 1,
                   resolved_id = null, profile_tries = 0, profile_next_try_at = null
             where id = ?""";

    private static final String REPLACE = """
            update account a
               set username = coalesce(p.username, a.username), name = coalesce(p.name, a.name),
                   picture_url = coalesce(p.picture_url, a.picture_url), profile_problem = null,
                   status = 'ACTIVE', status_reason = null, scope = p.scope, access_token = ?, refresh_token = ?,
                   refresh_fingerprint = p.refresh_fingerprint, access_expires_at = p.access_expires_at,
                   refreshed_at = p.refreshed_at, next_refresh_at = p.next_refresh_at, connected_at = p.connected_at,
                   failures = p.failures, error_reason = p.error_reason, error_detail = p.error_detail,
                   error_at = p.error_at, fence = a.fence + 1, lease_owner = null, lease_until = null,
                   attempt_fingerprint = p.attempt_fingerprint, attempt_started_at = p.attempt_started_at
              from account p
             where a.id = ? and p.id = ?""";

    private static final String GIVE_UP = "update account set resolved_id = null, profile_tries = ? where id = ?";

    private static final String ERASE = "delete from account where id = ?";

    /** What names the pending account names the person's from now on. Parameters: the person's id, the provisional id. */
    private static final List<String> MOVE = List.of(
            "update consent_attempt set account_id = ? where account_id = ?",
            "update consent_attempt set expected_user = ? where expected_user = ?",
            "update consent_link set expected_user = ? where expected_user = ?");

    private static final String MOVE_KEYS = """
            with moved as (
                update api_key set accounts = array_replace(accounts, ?, ?) where ? = any(accounts) returning id)
            update app_state set keys_version = keys_version + 1 where exists (select from moved)""";

    private static final String NOTIFY = "select pg_notify('keeper_account', unnest(?::text[]))";

    private static final String WHO_HOLDS = """
            select exists (select from account where id = ?), exists (select from account where id like 'pending-%')""";

    private static final String BY_FINGERPRINT = "select id from account where refresh_fingerprint = ?";

    private final AgroalDataSource database;
    private final TokenSeals seals;

    PendingAccounts(AgroalDataSource database, TokenSeals seals) {
        this.database = database;
        this.seals = seals;
    }

    /** Those that X may be asked about now; no other replica gets them within the hour. */
    public List<PendingAccount> claim(int limit) {
        try (var connection = database.getConnection();
                var claim = connection.prepareStatement(CLAIM)) {
            claim.setInt(1, MAX_TRIES);
            claim.setInt(2, limit);
            var claimed = new ArrayList<PendingAccount>();
            try (var rows = claim.executeQuery()) {
                while (rows.next()) {
                    read(rows).ifPresent(claimed::add);
                }
            }
            return claimed;
        } catch (SQLException e) {
            throw new StoreException("claiming pending accounts", e);
        }
    }

    private Optional<PendingAccount> read(ResultSet row) throws SQLException {
        var id = new AccountId(row.getString(1));
        try {
            var access = seals.openAccess(Grants.TABLE, id.value(), row.getBytes(2));
            return Optional.of(new PendingAccount(id, access, row.getInt(3)));
        } catch (UnreadableException e) {
            LOG.warnf("account %s is not asked about: %s", id, e.getMessage());
            return Optional.empty();
        }
    }

    /** X limits calls until then. */
    public void askNotBefore(AccountId pending, Instant then) {
        try (var connection = database.getConnection()) {
            askNotBefore(connection, pending, then);
        } catch (SQLException e) {
            throw new StoreException("noting when to ask about account " + pending, e);
        }
    }

    static void askNotBefore(Connection connection, AccountId pending, Instant then) throws SQLException {
        try (var update = connection.prepareStatement(ASK_NOT_BEFORE)) {
            update.setObject(1, Times.at(then));
            update.setString(2, pending.value());
            update.executeUpdate();
        }
    }

    /** X has said whose it is; {@link #merge} does the rest. */
    public void resolved(AccountId pending, Person person) {
        try (var connection = database.getConnection();
                var update = connection.prepareStatement(RESOLVED)) {
            update.setString(1, person.id().value());
            update.setString(2, person.username().orElse(null));
            update.setString(3, person.name().orElse(null));
            update.setString(4, person.pictureUrl().orElse(null));
            update.setString(5, pending.value());
            update.executeUpdate();
        } catch (SQLException e) {
            throw new StoreException("noting whose account " + pending + " is", e);
        }
    }

    /** Those whose person is known and that no refresh holds. */
    public List<AccountId> ready(int limit) {
        try (var connection = database.getConnection();
                var select = connection.prepareStatement(READY)) {
            select.setInt(1, limit);
            var ready = new ArrayList<AccountId>();
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    ready.add(new AccountId(rows.getString(1)));
                }
            }
            return ready;
        } catch (SQLException e) {
            throw new StoreException("looking for pending accounts", e);
        }
    }

    /** A row of either kind, as it was under its lock. */
    @SuppressWarnings("ArrayRecordComponent") // encrypted again, never compared
    private record Row(boolean free, boolean active, Instant connectedAt, byte[] access, byte[] refresh) {}

    /**
     * Moves a pending account, with what names it, to its person's id, and says so in an event. Whose it is then; empty where a
     * refresh holds it, it was merged or erased before, or its tokens cannot be read.
     *
     * @param now when the event happened
     */
    public Optional<AccountId> merge(AccountId pending, Instant now) {
        try (var connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try {
                var merged = merge(connection, pending, now);
                connection.commit();
                return merged;
            } catch (UnreadableException e) {
                connection.rollback();
                LOG.errorf("account %s stays as it is: %s", pending, e.getMessage());
                giveUp(connection, pending);
                connection.commit();
                return Optional.empty();
            } catch (SQLException e) {
                connection.rollback();
                throw e;
            }
        } catch (SQLException e) {
            throw new StoreException("merging account " + pending, e);
        }
    }

    private static void giveUp(Connection connection, AccountId pending) throws SQLException {
        try (var update = connection.prepareStatement(GIVE_UP)) {
            update.setInt(1, MAX_TRIES);
            update.setString(2, pending.value());
            update.executeUpdate();
        }
    }

    private Optional<AccountId> merge(Connection connection, AccountId pending, Instant now) throws SQLException {
        var person = new ArrayList<AccountId>();
        var rows = lock(connection, pending, person);
        var ours = rows.get(pending);
        if (ours == null || !ours.free() || person.isEmpty()) {
            return Optional.empty();
        }
        var id = person.getFirst();
        var theirs = rows.get(id);
        if (theirs == null) {
            write(connection, RENAME, ours, pending, id);
        } else {
            if (ours.active() && ours.connectedAt().isAfter(theirs.connectedAt())) {
                write(connection, REPLACE, ours, pending, id);
            }
            erase(connection, pending);
        }
        move(connection, pending, id);
        var event = Event.ofTimer(EventType.ACCOUNT_CONNECTED, "X says whose " + pending + " is")
                .about(id);
        Events.record(connection, List.of(event), now);
        return Optional.of(id);
    }

    private static Map<AccountId, Row> lock(Connection connection, AccountId pending, List<AccountId> person)
            throws SQLException {
        try (var select = connection.prepareStatement(LOCK)) {
            select.setString(1, pending.value());
            select.setString(2, pending.value());
            var found = new HashMap<AccountId, Row>();
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    var id = new AccountId(rows.getString(1));
                    if (id.equals(pending) && rows.getString(2) != null) {
                        person.add(new AccountId(rows.getString(2)));
                    }
                    found.put(
                            id,
                            new Row(
                                    rows.getBoolean(3),
                                    rows.getString(4).equals(new Status.Active().name()),
                                    Times.instant(rows, 5).orElseThrow(),
                                    rows.getBytes(6),
                                    rows.getBytes(7)));
                }
            }
            return found;
        }
    }

    /** Encrypted for the row they are written to: a value opens nowhere else. */
    private void write(Connection connection, String sql, Row from, AccountId pending, AccountId to)
            throws SQLException {
        var access = Optional.ofNullable(from.access())
                .map(octets -> seals.openAccess(Grants.TABLE, pending.value(), octets))
                .map(token -> seals.seal(Grants.TABLE, to.value(), token))
                .orElse(null);
        var refresh =
                seals.seal(Grants.TABLE, to.value(), seals.openRefresh(Grants.TABLE, pending.value(), from.refresh()));
        try (var update = connection.prepareStatement(sql)) {
            update.setBytes(1, access);
            update.setBytes(2, refresh);
            update.setString(3, to.value());
            update.setString(4, pending.value());
            update.executeUpdate();
        }
    }

    private static void erase(Connection connection, AccountId pending) throws SQLException {
        try (var delete = connection.prepareStatement(ERASE)) {
            delete.setString(1, pending.value());
            delete.executeUpdate();
        }
    }

    private static void move(Connection connection, AccountId pending, AccountId id) throws SQLException {
        for (var sql : MOVE) {
            try (var update = connection.prepareStatement(sql)) {
                update.setString(1, id.value());
                update.setString(2, pending.value());
                update.executeUpdate();
            }
        }
        try (var update = connection.prepareStatement(MOVE_KEYS)) {
            update.setString(1, pending.value());
            update.setString(2, id.value());
            update.setString(3, pending.value());
            update.executeUpdate();
        }
        // no trigger notices that an id has changed
        try (var notify = connection.prepareStatement(NOTIFY)) {
            notify.setArray(1, connection.createArrayOf("text", new Object[] {pending.value(), id.value()}));
            notify.executeQuery().close();
        }
    }

    /** Who may hold another grant of a person. */
    public enum Holder {
        AN_ACCOUNT,
        /** There are pending accounts, and one of them may be the person's. */
        PERHAPS_A_PENDING_ONE,
        NO_ACCOUNT
    }

    public Holder whoHolds(AccountId person) {
        try (var connection = database.getConnection();
                var select = connection.prepareStatement(WHO_HOLDS)) {
            select.setString(1, person.value());
            try (var row = select.executeQuery()) {
                row.next();
                if (row.getBoolean(1)) {
                    return Holder.AN_ACCOUNT;
                }
                return row.getBoolean(2) ? Holder.PERHAPS_A_PENDING_ONE : Holder.NO_ACCOUNT;
            }
        } catch (SQLException e) {
            throw new StoreException("looking for other grants of " + person, e);
        }
    }

    /**
     * A pair that was given to a pending account and comes in after that was merged, for the row that still holds the token it
     * was given for; empty where there is none.
     */
    Optional<Verdict.Rotated> moved(Connection connection, Verdict.Rotated late) throws SQLException {
        try (var select = connection.prepareStatement(BY_FINGERPRINT)) {
            select.setString(1, late.spent().hex());
            try (var row = select.executeQuery()) {
                return row.next() ? Optional.of(moved(late, new AccountId(row.getString(1)))) : Optional.empty();
            }
        }
    }

    private Verdict.Rotated moved(Verdict.Rotated late, AccountId to) {
        var from = late.id().value();
        return new Verdict.Rotated(
                to,
                late.fence(),
                late.spent(),
                late.current(),
                late.access()
                        .map(access -> new Verdict.Rotated.Access(
                                seals.seal(
                                        Grants.TABLE, to.value(), seals.openAccess(Grants.TABLE, from, access.token())),
                                access.issuedAt(),
                                access.expiresAt())),
                late.refreshToken()
                        .map(octets ->
                                seals.seal(Grants.TABLE, to.value(), seals.openRefresh(Grants.TABLE, from, octets))),
                late.scope(),
                late.nextRefreshAt(),
                late.problem());
    }
}
