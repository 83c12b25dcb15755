package io.xtokenkeeper.xapi;

import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.xtokenkeeper.domain.AccessToken;
import io.xtokenkeeper.domain.CodeVerifier;
import io.xtokenkeeper.domain.RefreshToken;
import io.xtokenkeeper.domain.Secret;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes the four calls to X's OAuth endpoints and users/me. Each call is sent once and its {@code Uni} never fails: errors
 * are results. A call that spends a token or a code is not cancelled as long as its caller can still store the response; the
 * others end at the deadline. Besides HTTP Basic, {@code client_id} is not required by RFC 6749, but X has been seen to
 * require it.
 */
public final class XOAuthClient {
    private static final Duration MOMENT = Duration.ofSeconds(1);
    private static final String USER_FIELDS = "profile_image_url,verified,verified_type,protected,created_at";

    private final OAuth2Api oauth2;
    private final UsersApi users;
    private final ClientRegistration app;
    private final XEndpoints endpoints;
    private final Vertx vertx;
    private final InstantSource clock;

    public XOAuthClient(
            OAuth2Api oauth2,
            UsersApi users,
            ClientRegistration app,
            XEndpoints endpoints,
            Vertx vertx,
            InstantSource clock) {
        this.oauth2 = oauth2;
        this.users = users;
        this.app = app;
        this.endpoints = endpoints;
        this.vertx = vertx;
        this.clock = clock;
    }

    /**
     * Refreshes a grant (RFC 6749 §6). The request contains no scope, so X issues the scope that was granted.
     *
     * @param longest time after which the caller could not store the response any more
     */
    public Uni<TokenEndpointResult> refresh(RefreshToken token, Duration longest) {
        return token(
                oauth2.refresh(authorization(), "refresh_token", token.value().reveal(), app.clientId()), longest);
    }

    /**
     * Exchanges an authorization code for tokens (RFC 6749 §4.1.3 with RFC 7636 §4.5). X's codes expire after 30 seconds.
     *
     * @param longest time after which a response is not expected any more
     */
    public Uni<TokenEndpointResult> exchange(Secret code, CodeVerifier verifier, URI redirectUri, Duration longest) {
        var call = oauth2.exchange(
                authorization(),
                "authorization_code",
                code.reveal(),
                redirectUri.toString(),
                verifier.value().reveal(),
                app.clientId());
        return token(call, longest);
    }

    /** Revokes a refresh token (RFC 7009). */
    public Uni<RevocationResult> revoke(RefreshToken token) {
        return revoke(token.value(), "refresh_token");
    }

    /** Revokes an access token (RFC 7009). */
    public Uni<RevocationResult> revoke(AccessToken token) {
        return revoke(token.value(), "access_token");
    }

    /** RFC 7009 §2.1 makes the token type hint optional, but X responds with 400 if it is missing. */
    private Uni<RevocationResult> revoke(Secret token, String kind) {
        return once(oauth2.revoke(authorization(), token.reveal(), kind, app.clientId()), endpoints.deadline())
                .map(response -> revoked(XResponse.of(response, clock.instant())))
                .onFailure()
                .recoverWithItem(failure -> new RevocationResult.NotDone(words(failure)));
    }

    private static RevocationResult revoked(XResponse answer) {
        return isRevoked(answer) ? new RevocationResult.Done() : new RevocationResult.NotDone(answer.hint());
    }

    /** A token that X reports as invalid was revoked before or has expired. */
    private static boolean isRevoked(XResponse answer) {
        return switch (answer.status()) {
            case 200 -> !answer.isPage();
            case 400 -> TokenResponseParser.saysTokenIsInvalid(answer.error());
            default -> false;
        };
    }

    public Uni<UserResult> me(AccessToken token) {
        return once(users.me("Bearer " + token.value().reveal(), USER_FIELDS), endpoints.deadline())
                .map(response -> profile(XResponse.of(response, clock.instant())))
                .onFailure()
                .recoverWithItem(failure -> new UserResult.Unavailable(words(failure)));
    }

    private String authorization() {
        return app.authorization().orElse(null);
    }

    private Uni<TokenEndpointResult> token(Uni<Response> call, Duration longest) {
        return once(call, longest)
                .map(response -> {
                    var now = clock.instant();
                    return TokenResponseParser.read(XResponse.of(response, now), now);
                })
                .onFailure()
                .recoverWithItem(this::noAnswer);
    }

    /**
     * Fails after {@code longest} plus one second. A process that was suspended finds its timer expired and, often, the
     * response already received. The extra second lets it read that response, which X will not send again.
     */
    private Uni<Response> once(Uni<Response> call, Duration longest) {
        var giveUp = Uni.createFrom().<Response>emitter(over -> {
            var timer = new AtomicLong();
            over.onTermination(() -> vertx.cancelTimer(timer.get()));
            timer.set(vertx.setTimer(
                    Math.max(1, longest.toMillis()),
                    late -> timer.set(vertx.setTimer(MOMENT.toMillis(), later -> over.fail(new TimeoutException())))));
        });
        return Uni.join().first(call, giveUp).toTerminate();
    }

    /** A request that was not sent spent no token; any other may have. */
    private TokenEndpointResult noAnswer(Throwable failure) {
        return endpoints
                .notSent(failure)
                .<TokenEndpointResult>map(why -> new TokenEndpointResult.Later(why, Optional.empty(), false))
                .orElseGet(() -> new TokenEndpointResult.Unknown(unanswered(failure)));
    }

    private String words(Throwable failure) {
        return endpoints.notSent(failure).orElseGet(() -> unanswered(failure));
    }

    /** Only the kind of failure: messages of HTTP clients may quote the request. */
    private static String unanswered(Throwable failure) {
        if (failure instanceof TimeoutException) {
            return "no answer within the deadline";
        }
        var root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return "no answer (" + root.getClass().getSimpleName() + ")";
    }

    private static UserResult profile(XResponse answer) {
        return XUser.of(answer.as(UserResponse.class))
                .filter(profile -> answer.status() == 200)
                .<UserResult>map(UserResult.Known::new)
                .orElseGet(() -> new UserResult.Unavailable(
                        answer.hint(), token(answer), answer.retryAt().filter(reset -> answer.status() == 429)));
    }

    private static UserResult.Token token(XResponse answer) {
        // a web page comes from a server between us and X, which does not know whether the token is valid
        return switch (answer.isPage() ? 0 : answer.status()) {
            case 401 -> UserResult.Token.REJECTED;
            case 403 -> UserResult.Token.ACCEPTED;
            default -> UserResult.Token.UNKNOWN;
        };
    }
}
