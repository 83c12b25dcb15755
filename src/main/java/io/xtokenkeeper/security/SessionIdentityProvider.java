package io.xtokenkeeper.security;

import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.IdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.BaseAuthenticationRequest;
import io.smallrye.mutiny.Uni;
import io.xtokenkeeper.domain.Secret;
import jakarta.inject.Singleton;

/** Identifies an admin by the session in the database. */
@Singleton
class SessionIdentityProvider implements IdentityProvider<SessionIdentityProvider.Request> {
    private final SessionService sessions;

    SessionIdentityProvider(SessionService sessions) {
        this.sessions = sessions;
    }

    /** The secret from the browser's cookie, and whether the user opened the page. */
    static final class Request extends BaseAuthenticationRequest {
        private final Secret secret;
        private final boolean byPerson;

        Request(Secret secret, boolean byPerson) {
            this.secret = secret;
            this.byPerson = byPerson;
        }
    }

    @Override
    public Class<Request> getRequestType() {
        return Request.class;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(Request request, AuthenticationRequestContext context) {
        return context.runBlocking(() -> identity(request));
    }

    /** Null if the session has ended: the framework treats it as a failed authentication. */
    private SecurityIdentity identity(Request request) {
        return sessions.find(request.secret, request.byPerson)
                .<SecurityIdentity>map(
                        session -> Permissions.identity("session:" + session.id(), sessions.rights(session))
                                .addAttribute(OpenStreams.KEY_OF_SESSION, session.keyId())
                                .build())
                .orElse(null);
    }
}
