package io.xtokenkeeper.xapi;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.xtokenkeeper.domain.AccessToken;
import io.xtokenkeeper.domain.RefreshToken;
import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.domain.Secret;
import io.xtokenkeeper.domain.TokenPair;
import io.xtokenkeeper.egress.ConnectFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * Decides what a response of the token endpoint means. It uses the whole response, never the status alone: X sends
 * {@code invalid_request} for a revoked grant, for a missing parameter and for an invalid code, and either 400 or 401 for a
 * wrong client secret.
 */
final class TokenResponseParser {
    /** RFC 6749 §5.1 only recommends {@code expires_in}; without it the token is assumed to expire soon. */
    private static final Duration UNSAID_LIFETIME = Duration.ofMinutes(5);

    private static final int BAD_REQUEST = 400;
    private static final int UNAUTHORIZED = 401;
    /** Only a proxy sends this status, and before it forwards anything. */
    private static final int PROXY_AUTHENTICATION_REQUIRED = 407;

    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERROR = 500;

    /**
     * The token endpoint's success response (RFC 6749 §5.1). A field is null if X left it out or sent a value of another
     * type.
     *
     * @param expiresIn seconds
     */
    @RegisterForReflection
    record TokenResponse(Secret accessToken, Secret refreshToken, String tokenType, String scope, Double expiresIn) {
        boolean isBearer() {
            return "bearer".equalsIgnoreCase(tokenType);
        }
    }

    private TokenResponseParser() {}

    static TokenEndpointResult read(XResponse answer, Instant now) {
        if (answer.isSuccess()) {
            return success(answer, now);
        }
        if (answer.status() == PROXY_AUTHENTICATION_REQUIRED) {
            return new TokenEndpointResult.Later(ConnectFailure.PROXY_CREDENTIALS.words(), Optional.empty(), false);
        }
        return answer.isFromX() ? refusal(answer) : notFromX(answer);
    }

    private static TokenEndpointResult refusal(XResponse answer) {
        var status = answer.status();
        var said = answer.error();
        var error = said.error();
        if (error.equals("invalid_client") || error.equals("unauthorized_client") || status == UNAUTHORIZED) {
            return new TokenEndpointResult.AppRejected(answer.hint());
        }
        if (status == TOO_MANY_REQUESTS || error.equals("rate_limited")) {
            return new TokenEndpointResult.Later(answer.hint(), answer.retryAt(), true);
        }
        if (status >= SERVER_ERROR || error.equals("temporarily_unavailable")) {
            return new TokenEndpointResult.Later(answer.hint(), answer.retryAt(), false);
        }
        if (status == BAD_REQUEST && saysTokenIsInvalid(said)) {
            return new TokenEndpointResult.GrantRevoked(answer.hint());
        }
        return new TokenEndpointResult.Refused(status, answer.hint());
    }

    /**
     * Interprets a response that is not X's JSON. A gateway may send a 5xx although X has processed the request. With any
     * other status X did not process it, and the response indicates nothing about the app or the grant. If the body is no
     * web page either, X's own gateway may have left the body out.
     */
    private static TokenEndpointResult notFromX(XResponse answer) {
        var status = answer.status();
        if (status >= SERVER_ERROR) {
            return new TokenEndpointResult.Unknown(answer.hint() + ", not from X itself");
        }
        if (answer.isPage()) {
            return new TokenEndpointResult.NotFromX(answer.hint() + " with a web page, not from X itself");
        }
        return refusal(answer);
    }

    /** Whether this is an error that X sends for a refresh token that is spent, revoked or expired. */
    static boolean saysTokenIsInvalid(ErrorResponse said) {
        return said.error().equals("invalid_grant")
                || (said.error().equals("invalid_request")
                        && said.errorDescription().toLowerCase(Locale.ROOT).contains("token was invalid"));
    }

    private static TokenEndpointResult success(XResponse answer, Instant now) {
        var tokens = answer.as(TokenResponse.class);
        var access = Optional.ofNullable(tokens.accessToken()).map(AccessToken::new);
        var refresh = Optional.ofNullable(tokens.refreshToken()).map(RefreshToken::new);
        var scope = scopes(tokens.scope());
        if (refresh.isEmpty() && !answer.whole()) {
            // the refresh token may be in the missing part
            return new TokenEndpointResult.Unreadable("HTTP " + answer.status() + " with JSON that breaks off");
        }
        // RFC 6749 §7.1: a client must not use an access token of an unknown type
        if (access.isPresent() && tokens.isBearer()) {
            return new TokenEndpointResult.Granted(new TokenPair(access.get(), refresh, scope, now, lifetime(tokens)));
        }
        var hint = "HTTP " + answer.status() + " without a usable access token";
        return refresh.<TokenEndpointResult>map(token -> new TokenEndpointResult.RefreshTokenOnly(token, scope, hint))
                .orElseGet(() -> new TokenEndpointResult.Unreadable(hint));
    }

    private static Optional<Scopes> scopes(String text) {
        try {
            return text == null || text.isBlank() ? Optional.empty() : Optional.of(Scopes.of(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Duration lifetime(TokenResponse tokens) {
        var seconds = Objects.requireNonNullElse(tokens.expiresIn(), 0.0).longValue();
        var longest = Duration.ofDays(365).toSeconds();
        return seconds > 0 ? Duration.ofSeconds(Math.min(seconds, longest)) : UNSAID_LIFETIME;
    }
}
