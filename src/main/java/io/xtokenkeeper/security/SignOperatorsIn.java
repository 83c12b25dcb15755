package io.xtokenkeeper.security;

import io.xtokenkeeper.audit.AuditTrail;
import io.xtokenkeeper.audit.Event;
import io.xtokenkeeper.audit.EventType;
import io.xtokenkeeper.token.Secret;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.InstantSource;
import java.util.Optional;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jboss.logging.Logger;

/**
 * Exchanges a key that may manage everything, or the word of the OpenID provider, for a session, and ends it again. Each is an event, in one transaction with
 * the session; a wrong key is none, since wrong keys never reach the database.
 */
@ApplicationScoped
public class SignOperatorsIn {
    private static final Logger LOG = Logger.getLogger(SignOperatorsIn.class);
    private static final int ID_OCTETS = 9;
    private static final int SECRET_OCTETS = 32;

    private final CheckKey checkKey;
    private final OperatorKey operator;
    private final OpenIdSettings openId;
    private final AdminSessionRepository sessions;
    private final AuditTrail trail;
    private final InstantSource clock;

    SignOperatorsIn(
            CheckKey checkKey,
            OperatorKey operator,
            OpenIdSettings openId,
            AdminSessionRepository sessions,
            AuditTrail trail,
            InstantSource clock) {
        this.checkKey = checkKey;
        this.operator = operator;
        this.openId = openId;
        this.sessions = sessions;
        this.trail = trail;
        this.clock = clock;
    }

    /** @param address where the key came from */
    @Transactional
    public SignIn signIn(Secret key, String address) {
        return switch (checkKey.check(key, address)) {
            case CheckedKey.Operators() -> begin("operator", operator.id(), address);
            case CheckedKey.Good(var found) ->
                mayManageAll(found) ? begin("key:" + found.id(), found.id(), address) : new SignIn.NotAnOperators();
            case CheckedKey.Wrong() -> {
                LOG.infof("a sign-in with a wrong key came from %s", address);
                yield new SignIn.WrongKey();
            }
            case CheckedKey.NotNow(var pause) -> new SignIn.NotNow(pause);
        };
    }

    /** @param token by which the OpenID provider says who came back from it, already verified */
    @Transactional
    public SignIn signIn(JsonWebToken token, String address) {
        return openId.provider()
                .flatMap(provider ->
                        provider.operator(token).map(name -> begin("openid:" + name, provider.id(), address)))
                .orElseGet(() -> {
                    LOG.infof("somebody came from the OpenID provider who is no operator: %s", token.getSubject());
                    return new SignIn.NotAnOperators();
                });
    }

    private static boolean mayManageAll(ApiKey key) {
        return key.rights().contains(Rights.MANAGE) && key.accounts().isEmpty();
    }

    private SignIn begin(String actor, String keyId, String address) {
        var secret = Secret.random(SECRET_OCTETS);
        var now = clock.instant();
        var session = new AdminSession(Secret.random(ID_OCTETS).reveal(), keyId, secret, now, Sessions.LIFE);
        sessions.create(session, now);
        record(EventType.OPERATOR_SIGNED_IN, actor, address, "session:" + session.id());
        return new SignIn.Welcome(secret);
    }

    /** A session that is over already stays so. */
    @Transactional
    public void signOut(Secret secret, String address) {
        sessions.end(secret)
                .ifPresent(session ->
                        record(EventType.OPERATOR_SIGNED_OUT, "session:" + session.id(), address, session.keyId()));
    }

    private void record(EventType type, String actor, String address, String detail) {
        trail.record(new Event(
                type, actor, Optional.empty(), Optional.of(address), Event.Outcome.DONE, Optional.of(detail)));
    }
}
