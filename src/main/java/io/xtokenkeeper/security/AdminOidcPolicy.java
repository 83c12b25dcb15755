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
 * Makes the framework redirect anonymous visitors of {@link AdminOidcTenantResolver#PATH} to the OpenID provider. Without a
 * configured provider the request is permitted, and the page explains that there is none. If the provider is unavailable or
 * its response is invalid, the visitor is redirected to a page that explains it.
 */
@Singleton
class AdminOidcPolicy implements HttpSecurityPolicy {
    private static final Logger LOG = Logger.getLogger(AdminOidcPolicy.class);

    /** After the handlers that set our headers, before the framework's authentication, which redirects. */
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

    /**
     * Rewrites the framework's own redirects, which use the request's Host header and no path prefix, to the public base
     * URL.
     */
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

    /** Runs before the framework's failure handlers, whose responses are made for programs. */
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
