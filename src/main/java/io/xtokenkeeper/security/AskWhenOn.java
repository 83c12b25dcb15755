package io.xtokenkeeper.security;

import io.quarkus.security.AuthenticationException;
import io.quarkus.security.AuthenticationRedirectException;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.HttpSecurityPolicy;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/**
 * Sends to the OpenID provider whoever is not back from there yet; where there is no provider, the page says so. Where the
 * provider is away, or what came back from it does not hold, a page says that.
 */
@Singleton
class AskWhenOn implements HttpSecurityPolicy {
    private static final Logger LOG = Logger.getLogger(AskWhenOn.class);

    private final OpenIdSettings settings;

    AskWhenOn(OpenIdSettings settings) {
        this.settings = settings;
    }

    @Override
    public String name() {
        return "openid";
    }

    @Override
    public Uni<CheckResult> checkPermission(
            RoutingContext request, Uni<SecurityIdentity> identity, AuthorizationRequestContext context) {
        return settings.isOn()
                ? identity.map(who -> new CheckResult(!who.isAnonymous()))
                : Uni.createFrom().item(CheckResult.PERMIT);
    }

    /** Before the framework's own answers to failures, which are for programs. */
    void explainFailures(@Observes Router router) {
        router.route(AskOpenId.PATH).order(Integer.MIN_VALUE).failureHandler(AskWhenOn::explain);
    }

    private static void explain(RoutingContext request) {
        if (request.failure() instanceof AuthenticationRedirectException) {
            request.next();
            return;
        }
        var refused = request.failure() instanceof AuthenticationException;
        LOG.warnf("a sign-in by the OpenID provider failed: %s", request.failure());
        request.response()
                .setStatusCode(303)
                .putHeader("Location", refused ? OpenIdSettings.REFUSED : OpenIdSettings.AWAY)
                .end();
    }
}
