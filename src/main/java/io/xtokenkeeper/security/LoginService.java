package io.xtokenkeeper.security;

import io.xtokenkeeper.audit.AuditEventType;
import io.xtokenkeeper.audit.AuditTrail;
import io.xtokenkeeper.audit.NewAuditEvent;
import io.xtokenkeeper.domain.Secret;
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
public class LoginService {
    private static final Logger LOG = Logger.getLogger(LoginService.class);
    private static final int ID_OCTETS = 9;
    private static final int SECRET_OCTETS = 32;

    private final ApiKeyVerifier checkKey;
    private final AdminKey operator;
    private final OpenIdSettings openId;
    private final AdminSessionRepository sessions;
    private final AuditTrail trail;
    private final InstantSource clock;

    LoginService(
            ApiKeyVerifier checkKey,
            AdminKey operator,
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
    public LoginResult signIn(Secret key, String address) {
        return switch (checkKey.check(key, address)) {
            case KeyCheck.Operators() -> begin("operator", operator.id(), address);
            case KeyCheck.Good(var found) ->
                mayManageAll(found)
                        ? begin("key:" + found.id(), found.id(), address)
                        : new LoginResult.NotAnOperators();
            case KeyCheck.Wrong() -> {
                LOG.infof("a sign-in with a wrong key came from %s", address);
                yield new LoginResult.WrongKey();
            }
            case KeyCheck.NotNow(var pause) -> new LoginResult.NotNow(pause);
        };
    }

    /** @param token by which the OpenID provider says who came back from it, already verified */
    @Transactional
    public LoginResult signIn(JsonWebToken token, String address) {
        return openId.provider()
                .flatMap(provider ->
                        provider.operator(token).map(name -> begin("openid:" + name, provider.id(), address)))
                .orElseGet(() -> {
                    LOG.infof("Rejected a sign-in: the OpenID user is not an operator: %s", token.getSubject());
                    return new LoginResult.NotAnOperators();
                });
    }

    private static boolean mayManageAll(ApiKey key) {
        return key.rights().contains(Permissions.MANAGE) && key.accounts().isEmpty();
    }

    private LoginResult begin(String actor, String keyId, String address) {
        var secret = Secret.random(SECRET_OCTETS);
        var now = clock.instant();
        var session = new AdminSession(Secret.random(ID_OCTETS).reveal(), keyId, secret, now, SessionService.LIFE);
        sessions.create(session, now);
        record(AuditEventType.OPERATOR_SIGNED_IN, actor, address, "session:" + session.id());
        return new LoginResult.Welcome(secret);
    }

    /** A session that is over already stays so. */
    @Transactional
    public void signOut(Secret secret, String address) {
        sessions.end(secret)
                .ifPresent(session -> record(
                        AuditEventType.OPERATOR_SIGNED_OUT, "session:" + session.id(), address, session.keyId()));
    }

    private void record(AuditEventType type, String actor, String address, String detail) {
        trail.record(new NewAuditEvent(
                type, actor, Optional.empty(), Optional.of(address), NewAuditEvent.Outcome.DONE, Optional.of(detail)));
    }
}
