package io.xtokenkeeper.vault;

import io.agroal.api.AgroalDataSource;
import io.xtokenkeeper.crypto.Place;
import io.xtokenkeeper.crypto.Sealed;
import io.xtokenkeeper.crypto.Sealer;
import io.xtokenkeeper.crypto.UnreadableException;
import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.token.ReturnTo;
import io.xtokenkeeper.token.Scopes;
import io.xtokenkeeper.token.Secret;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * One-time invitations. A link is used up when a consent <em>completes</em>, not when it is opened: messengers open links
 * to preview them, and people cancel and come back.
 */
@Singleton
public class ConsentLinks {
    private static final Logger LOG = Logger.getLogger(ConsentLinks.class);
    private static final String TABLE = "consent_link";
    private static final int TOKEN_OCTETS = 32;
    private static final Duration REMEMBERED = Duration.ofDays(30);

    /** Sweeps a few forgotten ones on the way. */
    private static final String CREATE = """
            with forgotten as (
                delete from consent_link where link_hash in (
                    select link_hash from consent_link where expires_at < ? limit 100 for update skip locked))
            insert into consent_link (link_hash, link, expected_user, scope, return_to, created_at, expires_at,
                                      purpose)
            values (?, ?, ?, ?, ?, ?, ?, ?)""";

    private static final String NEWEST = """
            select link_hash, link, expires_at from consent_link
             where expected_user = ? and used_at is null and expires_at > ? and scope is null and return_to is null
               and purpose is null
             order by expires_at desc limit 1""";

    private static final String FIND = """
            select expected_user, scope, return_to, used_at, expires_at, purpose from consent_link where link_hash = ?""";

    private static final String USE = """
            update consent_link set used_at = ? where link_hash = ? and used_at is null""";

    private final AgroalDataSource database;
    private final Sealer sealer;

    ConsentLinks(AgroalDataSource database, Sealer sealer) {
        this.database = database;
        this.sealer = sealer;
    }

    public ConsentLink create(ConsentLinkRequest request, Instant now) {
        var token = Secret.random(TOKEN_OCTETS);
        var id = LinkId.of(token);
        var expiresAt = now.plus(request.expiresIn());
        try (var connection = database.getConnection();
                var insert = connection.prepareStatement(CREATE)) {
            insert.setObject(1, Times.at(now.minus(REMEMBERED)));
            insert.setBytes(2, id.octets());
            insert.setBytes(3, sealer.seal(token, place(id)).octets());
            insert.setString(4, request.expectedUser().map(AccountId::value).orElse(null));
            insert.setString(5, request.scopes().map(Scopes::toString).orElse(null));
            insert.setString(6, request.returnTo().map(ReturnTo::value).orElse(null));
            insert.setObject(7, Times.at(now));
            insert.setObject(8, Times.at(expiresAt));
            insert.setString(9, request.purpose().orElse(null));
            insert.executeUpdate();
            return new ConsentLink(token, expiresAt);
        } catch (SQLException e) {
            throw new StoreException("making a consent link", e);
        }
    }

    /**
     * A link for this very user, to show to whoever may invite: the open one that lives longest, or, where it has less
     * than {@code leastLeft} or there is none, a new one for {@code life}. Asking again and again makes no more of them.
     */
    public ConsentLink openFor(AccountId user, Duration life, Duration leastLeft, Instant now) {
        return newest(user, now.plus(leastLeft))
                .orElseGet(() -> create(ConsentLinkRequest.of(life).expecting(user), now));
    }

    private Optional<ConsentLink> newest(AccountId user, Instant goodUntil) {
        try (var connection = database.getConnection();
                var select = connection.prepareStatement(NEWEST)) {
            select.setString(1, user.value());
            select.setObject(2, Times.at(goodUntil));
            try (var row = select.executeQuery()) {
                return row.next() ? opened(row) : Optional.empty();
            }
        } catch (SQLException e) {
            throw new StoreException("looking for a consent link for account " + user, e);
        }
    }

    private Optional<ConsentLink> opened(ResultSet row) throws SQLException {
        try {
            var id = new LinkId(HexFormat.of().formatHex(row.getBytes(1)));
            var token = sealer.open(new Sealed(row.getBytes(2)), place(id));
            return Optional.of(new ConsentLink(token, Times.instant(row, 3).orElseThrow()));
        } catch (UnreadableException e) {
            LOG.warnf("%s; another one is made", e.getMessage());
            return Optional.empty();
        }
    }

    public FoundLink find(Secret token, Instant now) {
        var id = LinkId.of(token);
        try (var connection = database.getConnection();
                var select = connection.prepareStatement(FIND)) {
            select.setBytes(1, id.octets());
            try (var row = select.executeQuery()) {
                return row.next() ? found(id, row, now) : new FoundLink.Unknown();
            }
        } catch (SQLException e) {
            throw new StoreException("looking up a consent link", e);
        }
    }

    private static FoundLink found(LinkId id, ResultSet row, Instant now) throws SQLException {
        if (Times.instant(row, 4).isPresent()) {
            return new FoundLink.Used();
        }
        if (!Times.instant(row, 5).orElseThrow().isAfter(now)) {
            return new FoundLink.Expired();
        }
        return new FoundLink.Open(
                id,
                // nobody can say yet whose a provisional account is, so anybody may be the one
                Optional.ofNullable(row.getString(1)).map(AccountId::new).filter(user -> !user.isPending()),
                Optional.ofNullable(row.getString(2)).map(Scopes::of),
                Optional.ofNullable(row.getString(3)).map(ReturnTo::new),
                Optional.ofNullable(row.getString(6)));
    }

    /**
     * Uses the link up, in the caller's transaction. False where another consent was faster. A link that expired since
     * the consent began still counts: the person was let in with it.
     */
    public boolean use(LinkId id, Instant now) {
        try (var connection = database.getConnection();
                var update = connection.prepareStatement(USE)) {
            update.setObject(1, Times.at(now));
            update.setBytes(2, id.octets());
            return update.executeUpdate() > 0;
        } catch (SQLException e) {
            throw new StoreException("using up a consent link", e);
        }
    }

    private static Place place(LinkId id) {
        return new Place(TABLE, id.hex(), "link");
    }
}
