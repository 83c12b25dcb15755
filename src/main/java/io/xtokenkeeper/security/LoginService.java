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
 * Starts an admin session for a key that may manage all accounts or for an admin whom the OpenID provider has authenticated,
 * and ends it. Each start and end is an audit event, in one transaction with the session. A sign-in with an invalid key is
 * not recorded: invalid keys never cause a database query.
 */
@ApplicationScoped
public class LoginService {
    private static final Logger LOG = Logger.getLogger(LoginService.class);
    private static final int ID_BYTES = 9;
    private static final int SECRET_BYTES = 32;

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

    /** @param address the IP address that sent the key */
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
            case KeyCheck.Throttled(var pause) -> new LoginResult.Throttled(pause);
        };
    }

    /** @param token the OpenID provider's ID token, already verified */
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

    /** The pages do not know the limits of keys. */
    private static boolean mayManageAll(KeyAccess key) {
        return key.rights().contains(Permissions.MANAGE) && !key.limits().areAny();
    }

    private LoginResult begin(String actor, String keyId, String address) {
        var secret = Secret.random(SECRET_BYTES);
        var now = clock.instant();
        var session = new AdminSession(Secret.random(ID_BYTES).reveal(), keyId, secret, now, SessionService.LIFE);
        sessions.create(session, now);
        record(AuditEventType.OPERATOR_SIGNED_IN, actor, address, "session:" + session.id());
        return new LoginResult.Welcome(secret);
    }

    /** Ends a session. Has no effect if the session has already ended. */
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
