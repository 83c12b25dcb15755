package io.xtokenkeeper.consent;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.BrowserBinding;
import io.xtokenkeeper.domain.CodeVerifier;
import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.domain.Secret;
import io.xtokenkeeper.encryption.EncryptionContext;
import io.xtokenkeeper.encryption.EnvelopeCipher;
import io.xtokenkeeper.persistence.Database;
import io.xtokenkeeper.persistence.DatabaseAccess;
import io.xtokenkeeper.persistence.Row;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Stores authorization requests and finds them by their {@code state}.
 *
 * <ol>
 *   <li>One statement consumes a state, so of two concurrent callbacks with the same state only one succeeds.
 *   <li>Only the browser that started the request can consume its state; another browser changes nothing.
 *   <li>State and browser binding are stored as SHA-256, the code verifier encrypted.
 * </ol>
 */
@ApplicationScoped
@DatabaseAccess
class AuthorizationRequestRepository implements PanacheRepositoryBase<AuthorizationRequest, byte[]> {
    /** Long enough to sign in at X with a second factor, short enough to make a stolen state useless. */
    static final Duration LIFE = Duration.ofMinutes(10);

    /**
     * Time after its expiry for which a request is kept: a late or repeated callback gets the correct error, and the browser
     * can open the page of its account.
     */
    static final Duration RETENTION = Duration.ofDays(1);

    /**
     * Maximum number of requests per consent link within {@link #LIFE}. It includes those whose callback has arrived:
     * otherwise the holder of a link could start any number of them.
     */
    static final long MAX_OF_LINK = 20;

    private static final String TABLE = "consent_attempt";

    private static final String LOCK_LINK =
            "select true as locked from consent_link where link_hash = :link for no key update";

    private static final String COUNT_OF_LINK = """
            select count(*) as requests, min(expires_at) as first_ends from consent_attempt
             where expires_at > :now and link_id = :link""";

    private static final String COUNT_OPEN = """
            select count(*) as requests, min(expires_at) as first_ends from consent_attempt
             where expires_at > :now and consumed_at is null""";

    private static final String PURGE = """
            delete from consent_attempt where state_hash in (
                select state_hash from consent_attempt where expires_at < :before limit 100 for update skip locked)""";

    private static final String CONSUME = """
            update consent_attempt set consumed_at = :now
             where state_hash = :state and browser_hash = :browser and consumed_at is null and expires_at > :now""";

    private static final String SETTLE = """
            with settled as (
                update consent_attempt set settled_at = clock_timestamp()
                 where state_hash = :state and settled_at is null
                returning 1)
            select exists (select from settled)
                or not exists (select from consent_attempt where state_hash = :state) as first""";

    /** Stands for a callback without our cookie: no browser has this hash. */
    private static final byte[] NO_BROWSER = new byte[0];

    private final Database database;
    private final EnvelopeCipher cipher;

    AuthorizationRequestRepository(Database database, EnvelopeCipher cipher) {
        this.database = database;
        this.cipher = cipher;
    }

    /**
     * Adds a request, unless a limit is reached, and deletes up to 100 old ones, so that no separate job is needed.
     *
     * @param maxOpen for all open requests together; in addition, a consent link is limited to {@link #MAX_OF_LINK}
     * @return empty if the request was added; if a limit is reached, when the next request expires
     */
    @Transactional
    Optional<Instant> add(
            Secret state, BrowserBinding browser, PendingAuthorization authorization, long maxOpen, Instant now) {
        var retryAt = authorization
                .link()
                .flatMap(link -> whenFull(countOfLink(link, now), MAX_OF_LINK))
                .or(() -> whenFull(countOpen(now), maxOpen));
        if (retryAt.isPresent()) {
            return retryAt;
        }
        database.statement("deleting old authorization requests", PURGE)
                .set("before", now.minus(RETENTION))
                .update();
        var verifier = cipher.encrypt(authorization.verifier().value(), encryptionContext(state));
        persistAndFlush(new AuthorizationRequest(state, browser, authorization, verifier, now, LIFE));
        return Optional.empty();
    }

    private record Counted(long requests, Optional<Instant> firstEnds) {
        static Counted of(Row row) {
            return new Counted(row.number("requests"), row.optionalInstant("first_ends"));
        }
    }

    private static Optional<Instant> whenFull(Counted counted, long max) {
        return counted.firstEnds().filter(ends -> counted.requests() >= max);
    }

    /** Locks the link, so that its requests are added one at a time and concurrent browsers cannot exceed the limit. */
    private Counted countOfLink(LinkId link, Instant now) {
        database.statement("locking a consent link", LOCK_LINK)
                .set("link", link.bytes())
                .first(row -> row.isTrue("locked"));
        return database.statement("counting the authorization requests of a link", COUNT_OF_LINK)
                .set("link", link.hex())
                .set("now", now)
                .one(Counted::of);
    }

    private Counted countOpen(Instant now) {
        return database.statement("counting open authorization requests", COUNT_OPEN)
                .set("now", now)
                .one(Counted::of);
    }

    @Transactional
    StateResult consume(Secret state, Optional<BrowserBinding> browser, Instant now) {
        var browserHash = browser.map(BrowserBinding::sha256).orElse(NO_BROWSER);
        var consumed = database.statement("consuming a state", CONSUME)
                        .set("now", now)
                        .set("state", state.sha256())
                        .set("browser", browserHash)
                        .update()
                > 0;
        var request = findByIdOptional(state.sha256());
        if (consumed) {
            var verifier = cipher.decrypt(request.orElseThrow().verifier(), encryptionContext(state));
            return new StateResult.Consumed(request.orElseThrow().with(new CodeVerifier(verifier)));
        }
        return request.map(found -> rejection(found, browserHash)).orElseGet(StateResult.Unknown::new);
    }

    /** The browser is checked first: another browser must not find out the status of the request. */
    private static StateResult rejection(AuthorizationRequest request, byte[] browserHash) {
        if (!Arrays.equals(request.browserHash(), browserHash)) {
            return new StateResult.WrongBrowser();
        }
        var origin = new StateResult.Origin(request.link(), request.popup());
        return request.consumedAt()
                .<StateResult>map(first -> new StateResult.Replayed(first, origin))
                .orElseGet(() -> new StateResult.Expired(origin));
    }

    /** Records the account that was connected, in the caller's transaction. */
    @Transactional
    void complete(Secret state, AccountId account) {
        update("accountId = ?1 where stateHash = ?2", account.value(), state.sha256());
    }

    /** Records how the consent ended without an account, and that there is no token pair to save any more. */
    @Transactional
    void end(Secret state, StoredOutcome outcome) {
        settle(state);
        update(
                "outcome = ?1, outcomeDetail = ?2 where stateHash = ?3 and outcome is null",
                outcome.kind(),
                outcome.detail().orElse(null),
                state.sha256());
    }

    /** How the consent that consumed this state ended; empty as long as that is not known. */
    @Transactional
    Optional<CallbackOutcome> outcome(Secret state) {
        return findByIdOptional(state.sha256()).flatMap(AuthorizationRequest::outcome);
    }

    /**
     * Records that the consent's token pair was saved, or that there is none or it will not be saved. The journal skips the
     * pair from then on. How the consent ended is recorded by {@link #complete} or {@link #end}.
     *
     * @return false if that was recorded before
     */
    @Transactional
    boolean settle(Secret state) {
        return database.statement("recording that a consent is settled", SETTLE)
                .set("state", state.sha256())
                .one(row -> row.isTrue("first"));
    }

    /** Whether the consent of this request has connected an account. */
    boolean isComplete(Secret state) {
        return count("stateHash = ?1 and accountId is not null", state.sha256()) > 0;
    }

    /** The scopes that this browser asked for when it last connected this account; empty if it did not, recently. */
    @Transactional
    Optional<Scopes> requestedScopes(BrowserBinding browser, AccountId account) {
        return find("accountId = ?1 and browserHash = ?2 order by createdAt desc", account.value(), browser.sha256())
                .firstResultOptional()
                .map(AuthorizationRequest::scopes);
    }

    /** Whether this browser started a consent with this link recently, in a window that the caller's page opened. */
    @Transactional
    boolean startedInPopup(BrowserBinding browser, LinkId link) {
        return count("linkId = ?1 and browserHash = ?2 and popup", link.hex(), browser.sha256()) > 0;
    }

    /** How the consent ended that this browser began last with this link, of those that ended; empty if none did recently. */
    @Transactional
    Optional<CallbackOutcome> lastOutcome(BrowserBinding browser, LinkId link) {
        return find(
                        "linkId = ?1 and browserHash = ?2 and (accountId is not null or outcome is not null)"
                                + " order by consumedAt desc",
                        link.hex(),
                        browser.sha256())
                .firstResultOptional()
                .flatMap(AuthorizationRequest::outcome);
    }

    private static EncryptionContext encryptionContext(Secret state) {
        return new EncryptionContext(TABLE, HexFormat.of().formatHex(state.sha256()), "verifier");
    }
}
