package io.xtokenkeeper.consent;

import io.xtokenkeeper.account.AccountRepository;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.BrowserBinding;
import io.xtokenkeeper.domain.CodeVerifier;
import io.xtokenkeeper.domain.Reference;
import io.xtokenkeeper.domain.ReturnUrl;
import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.domain.Secret;
import io.xtokenkeeper.xapi.AuthorizeUrl;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Starts authorization requests: creates verifier, challenge and state, stores them and builds the redirect to X. Each
 * request has its own values (RFC 9700 §2.1.1) and is bound to the browser that started it.
 */
@Singleton
class AuthorizationService {
    /** Encoded as 43 characters; X's documentation allows 500. */
    private static final int STATE_BYTES = 32;

    /**
     * Maximum number of open authorization requests: corresponds to 16 per second for ten minutes, none of them completed.
     */
    private static final long MAX_OPEN = 10_000;

    /**
     * Additional requests for admins and holders of consent links: if anyone may start a consent, strangers cannot use these
     * up.
     */
    private static final long RESERVED = 10_000;

    private final ConsentSettings settings;
    private final AuthorizeUrl authorizeUrl;
    private final AuthorizationRequestRepository requests;
    private final ConsentLinkService links;
    private final ConsentLinkRepository linkRepository;
    private final AccountRepository accounts;
    private final InstantSource clock;

    AuthorizationService(
            ConsentSettings settings,
            AuthorizeUrl authorizeUrl,
            AuthorizationRequestRepository requests,
            ConsentLinkService links,
            ConsentLinkRepository linkRepository,
            AccountRepository accounts,
            InstantSource clock) {
        this.settings = settings;
        this.authorizeUrl = authorizeUrl;
        this.requests = requests;
        this.links = links;
        this.linkRepository = linkRepository;
        this.accounts = accounts;
        this.clock = clock;
    }

    AuthorizationResult start(AuthorizeParams params) {
        var now = clock.instant();
        if (params.link().isEmpty()) {
            return settings.open() || params.operator()
                    ? start(params, NO_LINK, now)
                    : new AuthorizationResult.NotInvited();
        }
        return switch (links.find(params.link().get(), now)) {
            case ConsentLinkLookup.Open(var link) -> start(params, Terms.of(link), now);
            case ConsentLinkLookup.Used() -> new AuthorizationResult.LinkUsed();
            case ConsentLinkLookup.Expired() -> new AuthorizationResult.LinkExpired();
            case ConsentLinkLookup.Withdrawn() -> new AuthorizationResult.LinkWithdrawn();
            case ConsentLinkLookup.Unknown() -> new AuthorizationResult.LinkUnknown();
        };
    }

    /** What a consent link specifies. It takes precedence over the browser's parameters. */
    private record Terms(
            Optional<Scopes> scopes,
            Optional<ReturnUrl> returnTo,
            Optional<LinkId> link,
            Optional<AccountId> user,
            Optional<String> reference) {
        private static Terms of(ConsentLink link) {
            return new Terms(
                    link.scopes(),
                    link.returnTo(),
                    Optional.of(link.id()),
                    link.expectedUser(),
                    link.reference().map(Reference::value));
        }

        /** The user of a pending account is not known yet, so any user is accepted. */
        private Optional<AccountId> expectedUser() {
            return user.filter(id -> !id.isPending());
        }
    }

    private static final Terms NO_LINK =
            new Terms(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** The scopes that a consent by this link asks for. */
    Scopes scopes(ConsentLink link) {
        return scopes(Terms.of(link), Optional.empty(), Optional.empty());
    }

    /**
     * Adds the scopes that the account holds, so that a consent never takes a scope away: X replaces the grant by the one
     * that was asked for last.
     */
    private Scopes scopes(Terms terms, Optional<Scopes> wanted, Optional<AccountId> account) {
        var asked = terms.scopes().or(() -> wanted).orElse(authorizeUrl.app().scopes());
        return complete(accounts.heldScopes(terms.user().or(() -> account), terms.reference())
                .map(asked::and)
                .orElse(asked));
    }

    private AuthorizationResult start(AuthorizeParams params, Terms terms, Instant now) {
        var wanted = params.scope().flatMap(Scopes::parse);
        if (params.scope().isPresent() && wanted.isEmpty()) {
            return new AuthorizationResult.BadScope();
        }
        var returnTo = params.returnTo().flatMap(settings.returnOrigins()::allow);
        if (params.returnTo().isPresent() && returnTo.isEmpty()) {
            return new AuthorizationResult.BadReturn();
        }
        var app = authorizeUrl.app();
        var authorization = new PendingAuthorization(
                CodeVerifier.random(),
                app.redirectUri(),
                scopes(terms, wanted, params.account().filter(id -> params.operator())),
                terms.returnTo().or(() -> returnTo),
                terms.link(),
                terms.expectedUser(),
                params.popup());
        var maxOpen = terms.link().isPresent() || params.operator() ? MAX_OPEN + RESERVED : MAX_OPEN;
        return redirectToX(authorization, params.browser().orElseGet(BrowserBinding::random), maxOpen, now);
    }

    private AuthorizationResult redirectToX(
            PendingAuthorization authorization, BrowserBinding browser, long maxOpen, Instant now) {
        var state = Secret.random(STATE_BYTES);
        var retryAt = requests.add(state, browser, authorization, maxOpen, now);
        if (retryAt.isPresent()) {
            return new AuthorizationResult.TooMany(Duration.between(now, retryAt.get()));
        }
        authorization.link().ifPresent(link -> linkRepository.start(link, now));
        return new AuthorizationResult.SentToX(
                authorizeUrl.with(state, authorization.verifier(), authorization.scopes()), browser);
    }

    /**
     * Adds the scopes that are always needed: without {@code offline.access} X issues no refresh token, and without the
     * other two X does not return whose grant it is.
     */
    static Scopes complete(Scopes scopes) {
        return scopes.and(Scopes.TWEET_READ, Scopes.USERS_READ, Scopes.OFFLINE_ACCESS);
    }
}
