package io.xtokenkeeper.xapi;

import io.xtokenkeeper.domain.RefreshToken;
import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.domain.TokenPair;
import java.time.Instant;
import java.util.Optional;

/**
 * What X's token endpoint said, by meaning. Hints are safe to show: X's own error words, cut to length, with anything
 * that looks like a token taken out.
 */
public sealed interface TokenEndpointResult {
    /** Tokens. */
    record Granted(TokenPair pair) implements TokenEndpointResult {}

    /** The grant is over: 400 {@code invalid_grant}, or X's {@code invalid_request} "… the token was invalid". */
    record GrantDead(String hint) implements TokenEndpointResult {}

    /** X refuses our app, not the grant: {@code invalid_client}, {@code unauthorized_client}, any other 401. */
    record AppRefused(String hint) implements TokenEndpointResult {}

    /**
     * X is busy or down and said so; nothing was spent. Also a connection that was never made.
     *
     * @param retryAt when X asks to come again, if it does
     * @param rateLimited 429: everybody of this app should wait
     */
    record Later(String hint, Optional<Instant> retryAt, boolean rateLimited) implements TokenEndpointResult {}

    /**
     * A success whose access token cannot be used (none, or not of type bearer), with a refresh token that can: the one that
     * was sent is spent, so this one must be kept.
     */
    record RefreshTokenOnly(RefreshToken refresh, Optional<Scopes> scope, String hint) implements TokenEndpointResult {}

    /** A success without anything usable in it: the token that was sent may be spent. */
    record Unreadable(String hint) implements TokenEndpointResult {}

    /** No answer, or one that is not X's own: the token that was sent may be spent. */
    record Unknown(String hint) implements TokenEndpointResult {}

    /** A server between us and X answered with a web page: nothing was spent, and nothing is known about app or grant. */
    record NotFromX(String hint) implements TokenEndpointResult {}

    /** Any other refusal: our request was wrong. */
    record Refused(int status, String hint) implements TokenEndpointResult {}

    /** Where it failed, the words for it. */
    default String hint() {
        return switch (this) {
            case Granted granted -> "granted";
            case GrantDead(var hint) -> hint;
            case AppRefused(var hint) -> hint;
            case Later(var hint, var at, var limited) -> hint;
            case RefreshTokenOnly(var token, var scope, var hint) -> hint;
            case Unreadable(var hint) -> hint;
            case Unknown(var hint) -> hint;
            case NotFromX(var hint) -> hint;
            case Refused(var status, var hint) -> hint;
        };
    }
}
