package io.xtokenkeeper.consent;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.persistence.Database;
import io.xtokenkeeper.persistence.DatabaseAccess;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Stores consent links and what became of them. Ended ones are kept for 30 days after their expiry, so that callers can read
 * the result and the page can show why a link does not work.
 */
@ApplicationScoped
@DatabaseAccess
public class ConsentLinkRepository implements PanacheRepositoryBase<ConsentLink, byte[]> {
    private static final Duration RETENTION = Duration.ofDays(30);

    private static final String PURGE = """
            delete from consent_link where link_hash in (
                select link_hash from consent_link where expires_at < :before limit 100 for update skip locked)""";

    /** Also ends the earlier result of a link whose user comes back. */
    private static final String START = """
            update consent_link set started_at = :now, outcome = null, error = null, ended_at = null
             where link_hash = :link and used_at is null and outcome is distinct from 'WITHDRAWN'""";

    private static final String USE = """
            update consent_link
               set used_at = :now, ended_at = :now, outcome = 'CONNECTED', error = null, account_id = :account,
                   granted_scope = :granted
             where link_hash = :link and used_at is null and outcome is distinct from 'WITHDRAWN'""";

    private static final String END = """
            update consent_link set ended_at = :now, outcome = :outcome, error = :error
             where link_hash = :link and used_at is null and outcome is distinct from 'WITHDRAWN'
               and (outcome is distinct from :outcome or error is distinct from :error)""";

    private static final String END_FIRST = """
            update consent_link set ended_at = :now, outcome = :outcome, error = :error
             where link_hash = :link and used_at is null and outcome is null""";

    /**
     * An expired link too: a consent that was started with it before may still be completed. A replica of an older version
     * knows no withdrawn links, but refuses expired ones.
     */
    private static final String WITHDRAW = """
            update consent_link set ended_at = :now, outcome = 'WITHDRAWN', error = null, expires_at = least(expires_at, :now)
             where link_hash = :link and used_at is null and outcome is distinct from 'WITHDRAWN'""";

    private static final String EXPIRE = """
            update consent_link set ended_at = :now, outcome = 'EXPIRED'
             where link_hash in (
                select link_hash from consent_link
                 where used_at is null and outcome is null and expires_at <= :now
                 limit 100 for update skip locked)
            returning encode(link_hash, 'hex') as id, reference, expected_user, created_by is not null as reported""";

    private final Database database;

    ConsentLinkRepository(Database database) {
        this.database = database;
    }

    /** Adds a link, and deletes up to 100 old ones, so that no separate job is needed. */
    @Transactional
    void create(ConsentLink link, Instant now) {
        database.statement("deleting old consent links", PURGE)
                .set("before", now.minus(RETENTION))
                .update();
        persistAndFlush(link);
    }

    @Transactional
    public Optional<ConsentLink> byId(LinkId id) {
        return findByIdOptional(id.bytes());
    }

    /**
     * Returns a page of links, the newest first.
     *
     * @param before only links with a lower {@code seq}
     * @param filter which links; the status is compared as of {@code now}
     */
    @Transactional
    public List<ConsentLink> page(ConsentLinkFilter filter, Optional<Long> before, int limit, Instant now) {
        var query = new StringBuilder("seq < :before");
        var parameters = new HashMap<String, Object>();
        parameters.put("before", before.orElse(Long.MAX_VALUE));
        filter.reference().ifPresent(reference -> {
            query.append(" and reference = :reference");
            parameters.put("reference", reference);
        });
        filter.limits().ifPresent(limits -> {
            query.append(" and (reference in :references or accountId in :accounts or expectedUser in :accounts)");
            parameters.put("references", limits.references());
            parameters.put(
                    "accounts", limits.accounts().stream().map(AccountId::value).toList());
        });
        filter.status().ifPresent(status -> {
            query.append(" and ").append(condition(status));
            switch (status) {
                case CONNECTED -> {}
                case OPEN, STARTED -> parameters.put("now", now);
                case EXPIRED -> parameters.putAll(Map.of("now", now, "outcome", status));
                case DECLINED, FAILED, WITHDRAWN -> parameters.put("outcome", status);
            }
        });
        return find(query.append(" order by seq desc").toString(), parameters)
                .range(0, limit - 1)
                .list();
    }

    /** The conditions of {@link ConsentLink#status}. */
    private static String condition(ConsentLink.Status status) {
        return switch (status) {
            case OPEN -> "usedAt is null and outcome is null and expiresAt > :now and startedAt is null";
            case STARTED -> "usedAt is null and outcome is null and expiresAt > :now and startedAt is not null";
            case CONNECTED -> "usedAt is not null";
            case EXPIRED -> "usedAt is null and (outcome = :outcome or outcome is null and expiresAt <= :now)";
            case DECLINED, FAILED, WITHDRAWN -> "usedAt is null and outcome = :outcome";
        };
    }

    /**
     * An open link that the service created for this user with the same scopes, and that is valid until {@code goodUntil} at
     * least.
     */
    @Transactional
    Optional<ConsentLink> openFor(AccountId user, Optional<Scopes> scopes, Instant goodUntil) {
        return find(
                        "expectedUser = ?1 and expiresAt > ?2 and usedAt is null and createdBy is null and reference is null"
                                + " and returnTo is null and purpose is null and coalesce(scope, '') = ?3 order by expiresAt desc",
                        user.value(),
                        goodUntil,
                        scopes.map(Scopes::toString).orElse(""))
                .firstResultOptional();
    }

    /** Records that a user continued to X with the link. */
    void start(LinkId id, Instant now) {
        database.statement("recording the start of a consent link", START)
                .set("now", now)
                .set("link", id.bytes())
                .update();
    }

    /** Marks the link as used, in the caller's transaction. Returns false if it was used or withdrawn before. */
    boolean use(LinkId id, AccountId account, Scopes granted, Instant now) {
        return database.statement("recording the use of a consent link", USE)
                        .set("now", now)
                        .set("account", account.value())
                        .set("granted", granted.toString())
                        .set("link", id.bytes())
                        .update()
                > 0;
    }

    /**
     * Records that a consent with the link ended without a connection. Returns false if the link was used or withdrawn, or
     * this is recorded already.
     *
     * @param outcome {@code DECLINED} or {@code FAILED}
     */
    boolean end(LinkId id, ConsentLink.Status outcome, Optional<String> error, Instant now) {
        return end(END, id, outcome, error, now);
    }

    /** As {@link #end}, unless the link has an outcome already: then it keeps that one, and the result is false. */
    boolean endFirst(LinkId id, ConsentLink.Status outcome, Optional<String> error, Instant now) {
        return end(END_FIRST, id, outcome, error, now);
    }

    private boolean end(String sql, LinkId id, ConsentLink.Status outcome, Optional<String> error, Instant now) {
        return database.statement("recording the end of a consent link", sql)
                        .set("now", now)
                        .set("outcome", outcome)
                        .set("error", error)
                        .set("link", id.bytes())
                        .update()
                > 0;
    }

    /** Withdraws the link. Returns false if it was used or withdrawn before. */
    boolean withdraw(LinkId id, Instant now) {
        return database.statement("withdrawing a consent link", WITHDRAW)
                        .set("now", now)
                        .set("link", id.bytes())
                        .update()
                > 0;
    }

    /**
     * A link that expired before a consent ended.
     *
     * @param reported whether a caller or an admin created it, who is to be notified
     */
    record ExpiredLink(LinkId id, Optional<String> reference, Optional<AccountId> expectedUser, boolean reported) {}

    /** Marks at most 100 links as expired. */
    List<ExpiredLink> expire(Instant now) {
        return database.statement("marking expired consent links", EXPIRE)
                .set("now", now)
                .list(row -> new ExpiredLink(
                        new LinkId(row.text("id")),
                        row.optionalText("reference"),
                        row.optionalText("expected_user").map(AccountId::new),
                        row.isTrue("reported")));
    }
}
