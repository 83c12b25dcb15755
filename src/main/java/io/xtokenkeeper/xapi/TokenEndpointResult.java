package io.xtokenkeeper.xapi;

import io.xtokenkeeper.domain.RefreshToken;
import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.domain.TokenPair;
import java.time.Instant;
import java.util.Optional;

/**
 * The result of a call of X's token endpoint, by its meaning. Hints may be logged and shown: they are X's own error text,
 * truncated, with everything that resembles a token masked.
 */
public sealed interface TokenEndpointResult {
    /** X issued tokens. */
    record Granted(TokenPair pair) implements TokenEndpointResult {}

    /**
     * X reports the grant as revoked: 400 {@code invalid_grant}, or {@code invalid_request} with a description like "… the
     * token was invalid".
     */
    record GrantRevoked(String hint) implements TokenEndpointResult {}

    /** X rejects our app, not the grant: {@code invalid_client}, {@code unauthorized_client}, any other 401. */
    record AppRejected(String hint) implements TokenEndpointResult {}

    /**
     * A temporary error: X reported that it is overloaded or unavailable, or no connection was made. No token was spent.
     *
     * @param retryAt when X accepts calls again; empty if it did not specify a time
     * @param rateLimited 429 or {@code rate_limited}: all accounts of this app should wait
     */
    record Later(String hint, Optional<Instant> retryAt, boolean rateLimited) implements TokenEndpointResult {}

    /**
     * A success with no usable access token (none, or not of type bearer) but with a usable refresh token. The refresh token
     * that was sent is spent, so this one must be stored.
     */
    record RefreshTokenOnly(RefreshToken refresh, Optional<Scopes> scope, String hint) implements TokenEndpointResult {}

    /** A success without any usable token: the token that was sent may be spent. */
    record Unreadable(String hint) implements TokenEndpointResult {}

    /** Outcome unknown: no response, or one that is not X's own. The token that was sent may be spent. */
    record Unknown(String hint) implements TokenEndpointResult {}

    /**
     * A server between us and X answered with a web page. No token was spent, and nothing is known about the app or the
     * grant.
     */
    record NotFromX(String hint) implements TokenEndpointResult {}

    /** Any other error: our request was invalid. */
    record Refused(int status, String hint) implements TokenEndpointResult {}

    /** What failed, as text for logs; {@code granted} on success. */
    default String hint() {
        return switch (this) {
            case Granted granted -> "granted";
            case GrantRevoked(var hint) -> hint;
            case AppRejected(var hint) -> hint;
            case Later(var hint, var at, var limited) -> hint;
            case RefreshTokenOnly(var token, var scope, var hint) -> hint;
            case Unreadable(var hint) -> hint;
            case Unknown(var hint) -> hint;
            case NotFromX(var hint) -> hint;
            case Refused(var status, var hint) -> hint;
        };
    }
}
