package io.xtokenkeeper.security;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.quarkus.virtual.threads.VirtualThreads;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.http.CallerCheck;
import io.xtokenkeeper.http.ClientAddressResolver;
import io.xtokenkeeper.http.Problem;
import io.xtokenkeeper.http.ProblemException;
import io.xtokenkeeper.http.ProblemType;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/**
 * Applies the rules of {@code @RolesAllowed} and {@link Caller} to routes that are not REST resources. Not a
 * singleton: a filter of REST resources holds it, and filters are made before the configuration is read.
 */
@ApplicationScoped
public class RouteAuthorizer implements CallerCheck {
    private static final String LACKS_PERMISSION = "The API key lacks the permission for this call";

    private final AccessDeniedAuditor deniedAuditor;
    private final ClientAddressResolver addressResolver;
    private final ExecutorService threads;

    RouteAuthorizer(
            AccessDeniedAuditor deniedAuditor,
            ClientAddressResolver addressResolver,
            @VirtualThreads ExecutorService threads) {
        this.deniedAuditor = deniedAuditor;
        this.addressResolver = addressResolver;
        this.threads = threads;
    }

    /**
     * Checks that the caller has a valid key with this permission and, if an account is given, for this account.
     *
     * @return the caller's name in audit events; fails with a {@link ProblemException} that names what is missing
     */
    public Uni<String> whoMay(String right, Optional<AccountId> account, RoutingContext call) {
        return authenticated(call)
                .invoke(identity -> check(identity, right, account, call))
                .map(identity -> identity.getPrincipal().getName());
    }

    /**
     * Checks that the caller may send this call to X with the account's token.
     *
     * @param path exactly as it would be sent to X, without the query
     * @return the caller's name in audit events; fails with a {@link ProblemException} that names what is missing
     */
    public Uni<String> whoMayCall(AccountId account, String method, String path, RoutingContext call) {
        return authenticated(call)
                .invoke(identity -> {
                    check(identity, Permissions.PROXY, Optional.of(account), call);
                    checkCall(identity, account, method, path, call);
                })
                .map(identity -> identity.getPrincipal().getName());
    }

    @Override
    public Uni<String> whoMayCallApi(RoutingContext call) {
        return authenticated(call)
                .invoke(identity -> Permissions.required(call.request().method().name(), call.normalizedPath())
                        .ifPresent(right -> requirePermission(identity, right, call)))
                .map(identity -> identity.getPrincipal().getName());
    }

    /** Fails if the caller has no valid key. */
    private static Uni<SecurityIdentity> authenticated(RoutingContext call) {
        return QuarkusHttpUser.getSecurityIdentity(call, null)
                .onFailure(AuthenticationFailedException.class)
                .transform(bad -> refusal(ProblemType.UNAUTHORIZED, "The API key is unknown, revoked or expired"))
                .invoke(RouteAuthorizer::requireKey);
    }

    private void check(SecurityIdentity identity, String right, Optional<AccountId> account, RoutingContext call) {
        requirePermission(identity, right, call);
        if (account.isPresent()
                && !key(identity).map(each -> each.isFor(account.get())).orElse(true)) {
            throw refused(identity, account, call, AccessDeniedAuditor.OTHER_ACCOUNTS, LACKS_PERMISSION);
        }
    }

    private static void requireKey(SecurityIdentity identity) {
        if (identity == null || identity.isAnonymous()) {
            throw refusal(ProblemType.UNAUTHORIZED, "No API key was sent");
        }
    }

    private void requirePermission(SecurityIdentity identity, String right, RoutingContext call) {
        if (!identity.hasRole(right)) {
            throw refused(identity, Optional.empty(), call, AccessDeniedAuditor.NO_RIGHT, LACKS_PERMISSION);
        }
    }

    private void checkCall(
            SecurityIdentity identity, AccountId account, String method, String path, RoutingContext call) {
        if (!key(identity).map(each -> each.limits().mayCall(method, path)).orElse(true)) {
            var words = "may not call " + method + " " + path;
            throw refused(identity, Optional.of(account), call, "it " + words, "The API key " + words);
        }
    }

    private static Optional<KeyAccess> key(SecurityIdentity identity) {
        return Optional.ofNullable(identity.getAttribute(ApiKeyIdentityProvider.KEY));
    }

    /** Records the denial on another thread, because an event loop must not wait for it. */
    private ProblemException refused(
            SecurityIdentity identity, Optional<AccountId> account, RoutingContext call, String why, String detail) {
        var address = Optional.of(addressResolver.client(call.request()));
        threads.execute(() -> deniedAuditor.record(identity.getPrincipal().getName(), account, address, why));
        return refusal(ProblemType.FORBIDDEN, detail);
    }

    private static ProblemException refusal(ProblemType type, String detail) {
        return new ProblemException(Problem.of(type, detail));
    }
}
