package io.xtokenkeeper.security;

import io.quarkus.security.AuthenticationException;
import io.quarkus.security.AuthenticationRedirectException;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.HttpSecurityPolicy;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.xtokenkeeper.http.PublicBaseUrl;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Sends to the OpenID provider whoever is not back from there yet; where there is no provider, the page says so. Where the
 * provider is away, or what came back from it does not hold, a page says that.
 */
@Singleton
class AdminOidcPolicy implements HttpSecurityPolicy {
    private static final Logger LOG = Logger.getLogger(AdminOidcPolicy.class);

    /** Behind our own headers, before the framework's authentication, which redirects. */
    private static final int BEFORE_AUTHENTICATION = -220;

    private final OpenIdSettings settings;
    private final PublicBaseUrl publicUrl;

    AdminOidcPolicy(OpenIdSettings settings, PublicBaseUrl publicUrl) {
        this.settings = settings;
        this.publicUrl = publicUrl;
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

    /** The framework's own redirects, which follow the request's Host and know no prefix, lead to the public address. */
    void correctRedirects(@Observes Router router) {
        router.route(AdminOidcTenantResolver.PATH).order(BEFORE_AUTHENTICATION).handler(call -> {
            call.addHeadersEndHandler(sent -> correctRedirect(call));
            call.next();
        });
    }

    private void correctRedirect(RoutingContext call) {
        var location = call.response().headers().get(HttpHeaders.LOCATION);
        if (location == null) {
            return;
        }
        var here = Stream.of("http://", "https://")
                .map(scheme -> scheme + call.request().authority() + AdminOidcTenantResolver.BEGINNING)
                .filter(location::startsWith)
                .findFirst();
        here.ifPresent(ours -> call.response()
                .putHeader(
                        HttpHeaders.LOCATION,
                        publicUrl.value() + AdminOidcTenantResolver.BEGINNING + location.substring(ours.length())));
    }

    /** Before the framework's own answers to failures, which are for programs. */
    void explainFailures(@Observes Router router) {
        router.route(AdminOidcTenantResolver.PATH).order(Integer.MIN_VALUE).failureHandler(this::explain);
    }

    private void explain(RoutingContext request) {
        if (request.failure() instanceof AuthenticationRedirectException) {
            request.next();
            return;
        }
        var refused = request.failure() instanceof AuthenticationException;
        LOG.warnf(
                "a sign-in by the OpenID provider failed: %s%s",
                request.failure(),
                refused
                        ? ""
                        : " (the line before may say more; keeper doctor says whether the provider can be reached)");
        request.response()
                .setStatusCode(303)
                .putHeader(
                        HttpHeaders.LOCATION,
                        publicUrl.value() + (refused ? OpenIdSettings.REFUSED : OpenIdSettings.AWAY))
                .end();
    }
}
