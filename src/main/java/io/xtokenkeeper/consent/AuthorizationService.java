package io.xtokenkeeper.consent;

import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.BrowserBinding;
import io.xtokenkeeper.domain.CodeVerifier;
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
    private final AuthorizationRequestRepository attempts;
    private final ConsentLinkService links;
    private final InstantSource clock;

    AuthorizationService(
            ConsentSettings settings,
            AuthorizeUrl authorizeUrl,
            AuthorizationRequestRepository attempts,
            ConsentLinkService links,
            InstantSource clock) {
        this.settings = settings;
        this.authorizeUrl = authorizeUrl;
        this.attempts = attempts;
        this.links = links;
        this.clock = clock;
    }

    AuthorizationResult begin(AuthorizeParams params) {
        var now = clock.instant();
        if (params.link().isEmpty()) {
            return settings.open() || params.operator()
                    ? begin(params, NO_LINK, now)
                    : new AuthorizationResult.NotInvited();
        }
        return switch (links.find(params.link().get(), now)) {
            case ConsentLinkLookup.Open(var id, var user, var scopes, var returnTo, var purpose) ->
                begin(params, new Terms(scopes, returnTo, Optional.of(id), user), now);
            case ConsentLinkLookup.Used() -> new AuthorizationResult.LinkUsed();
            case ConsentLinkLookup.Expired() -> new AuthorizationResult.LinkExpired();
            case ConsentLinkLookup.Unknown() -> new AuthorizationResult.LinkUnknown();
        };
    }

    /** What a consent link specifies. It takes precedence over the browser's parameters. */
    private record Terms(
            Optional<Scopes> scopes,
            Optional<ReturnUrl> returnTo,
            Optional<LinkId> link,
            Optional<AccountId> expectedUser) {}

    private static final Terms NO_LINK =
            new Terms(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    private AuthorizationResult begin(AuthorizeParams params, Terms terms, Instant now) {
        var wanted = params.scope().flatMap(Scopes::parse);
        if (params.scope().isPresent() && wanted.isEmpty()) {
            return new AuthorizationResult.BadScope();
        }
        var returnTo = params.returnTo().flatMap(settings.returnOrigins()::allow);
        if (params.returnTo().isPresent() && returnTo.isEmpty()) {
            return new AuthorizationResult.BadReturn();
        }
        var app = authorizeUrl.app();
        var attempt = new PendingAuthorization(
                CodeVerifier.random(),
                app.redirectUri(),
                complete(terms.scopes().or(() -> wanted).orElse(app.scopes())),
                terms.returnTo().or(() -> returnTo),
                terms.link(),
                terms.expectedUser());
        var maxOpen = terms.link().isPresent() || params.operator() ? MAX_OPEN + RESERVED : MAX_OPEN;
        return send(attempt, params.browser().orElseGet(BrowserBinding::random), maxOpen, now);
    }

    private AuthorizationResult send(PendingAuthorization attempt, BrowserBinding browser, long maxOpen, Instant now) {
        var state = Secret.random(STATE_BYTES);
        return attempts.add(state, browser, attempt, maxOpen, now)
                .<AuthorizationResult>map(next -> new AuthorizationResult.TooMany(Duration.between(now, next)))
                .orElseGet(() -> new AuthorizationResult.SentToX(
                        authorizeUrl.with(state, attempt.verifier(), attempt.scopes()), browser));
    }

    /**
     * Adds the scopes that are always needed: without {@code offline.access} X issues no refresh token, and without the
     * other two X does not return whose grant it is.
     */
    static Scopes complete(Scopes scopes) {
        return scopes.and(Scopes.TWEET_READ, Scopes.USERS_READ, Scopes.OFFLINE_ACCESS);
    }
}
