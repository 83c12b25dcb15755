package io.xtokenkeeper.x;

import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.xtokenkeeper.token.AccessToken;
import io.xtokenkeeper.token.CodeVerifier;
import io.xtokenkeeper.token.RefreshToken;
import io.xtokenkeeper.token.Secret;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The four calls to X. Each is made once and never fails: what can go wrong is an answer. A call that spends something goes on
 * for as long as its caller can still store the answer; the others end by the deadline. {@code client_id} beside Basic is
 * superfluous by the RFC, but X has been seen to ask for it.
 */
public final class AskX {
    private static final Duration MOMENT = Duration.ofSeconds(1);
    private static final String USER_FIELDS = "profile_image_url,verified,verified_type,protected,created_at";

    private final OAuth2Api oauth2;
    private final UsersApi users;
    private final XApp app;
    private final XHosts hosts;
    private final Vertx vertx;
    private final InstantSource clock;

    public AskX(OAuth2Api oauth2, UsersApi users, XApp app, XHosts hosts, Vertx vertx, InstantSource clock) {
        this.oauth2 = oauth2;
        this.users = users;
        this.app = app;
        this.hosts = hosts;
        this.vertx = vertx;
        this.clock = clock;
    }

    /**
     * RFC 6749 §6. Asks for no scope, so X gives what was granted.
     *
     * @param longest after which the answer could not be stored any more
     */
    public Uni<TokenAnswer> refresh(RefreshToken token, Duration longest) {
        return token(
                oauth2.refresh(authorization(), "refresh_token", token.value().reveal(), app.clientId()), longest);
    }

    /**
     * RFC 6749 §4.1.3 with RFC 7636 §4.5; X gives a code 30 seconds.
     *
     * @param longest after which no answer is expected any more
     */
    public Uni<TokenAnswer> exchange(Secret code, CodeVerifier verifier, URI redirectUri, Duration longest) {
        var call = oauth2.exchange(
                authorization(),
                "authorization_code",
                code.reveal(),
                redirectUri.toString(),
                verifier.value().reveal(),
                app.clientId());
        return token(call, longest);
    }

    /** RFC 7009. */
    public Uni<RevokeAnswer> revoke(RefreshToken token) {
        return revoke(token.value(), "refresh_token");
    }

    /** RFC 7009. */
    public Uni<RevokeAnswer> revoke(AccessToken token) {
        return revoke(token.value(), "access_token");
    }

    /** X answers 400 where it is not said of which kind the token is, though RFC 7009 §2.1 makes that optional. */
    private Uni<RevokeAnswer> revoke(Secret token, String kind) {
        return once(oauth2.revoke(authorization(), token.reveal(), kind, app.clientId()), hosts.deadline())
                .map(response -> revoked(Answer.of(response, clock.instant())))
                .onFailure()
                .recoverWithItem(failure -> new RevokeAnswer.NotDone(words(failure)));
    }

    private static RevokeAnswer revoked(Answer answer) {
        return isRevoked(answer) ? new RevokeAnswer.Done() : new RevokeAnswer.NotDone(answer.hint());
    }

    /** A token that X calls invalid was revoked before, or has ended. */
    private static boolean isRevoked(Answer answer) {
        return switch (answer.status()) {
            case 200 -> !answer.isPage();
            case 400 -> ReadTokenAnswer.saysTokenIsInvalid(answer.error());
            default -> false;
        };
    }

    public Uni<ProfileAnswer> me(AccessToken token) {
        return once(users.me("Bearer " + token.value().reveal(), USER_FIELDS), hosts.deadline())
                .map(response -> profile(Answer.of(response, clock.instant())))
                .onFailure()
                .recoverWithItem(failure -> new ProfileAnswer.Unavailable(words(failure)));
    }

    private String authorization() {
        return app.authorization().orElse(null);
    }

    private Uni<TokenAnswer> token(Uni<Response> call, Duration longest) {
        return once(call, longest)
                .map(response -> {
                    var now = clock.instant();
                    return ReadTokenAnswer.read(Answer.of(response, now), now);
                })
                .onFailure()
                .recoverWithItem(this::noAnswer);
    }

    /**
     * Gives up after {@code longest}, and a moment: a process that was stopped in its tracks finds its time over and, often,
     * the answer waiting. It must be read, since nobody will get it again.
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

    /** What was never sent spent nothing; anything else may have. */
    private TokenAnswer noAnswer(Throwable failure) {
        return hosts.notSent(failure)
                .<TokenAnswer>map(why -> new TokenAnswer.Later(why, Optional.empty(), false))
                .orElseGet(() -> new TokenAnswer.Unknown(unanswered(failure)));
    }

    private String words(Throwable failure) {
        return hosts.notSent(failure).orElseGet(() -> unanswered(failure));
    }

    /** The kind of failure only: messages of HTTP clients may quote what was sent. */
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

    private static ProfileAnswer profile(Answer answer) {
        return Profile.of(answer.as(UserResponse.class))
                .filter(profile -> answer.status() == 200)
                .<ProfileAnswer>map(ProfileAnswer.Known::new)
                .orElseGet(() -> new ProfileAnswer.Unavailable(
                        answer.hint(), token(answer), answer.retryAt().filter(reset -> answer.status() == 429)));
    }

    private static ProfileAnswer.Token token(Answer answer) {
        // a page comes from somebody between us and X, who knows nothing of tokens
        return switch (answer.isPage() ? 0 : answer.status()) {
            case 401 -> ProfileAnswer.Token.REFUSED;
            case 403 -> ProfileAnswer.Token.TAKEN;
            default -> ProfileAnswer.Token.UNKNOWN;
        };
    }
}
