package io.xtokenkeeper.security;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.web.Problem;
import io.xtokenkeeper.web.ProblemException;
import io.xtokenkeeper.web.ProblemType;
import jakarta.inject.Singleton;

/** The rule of {@code @RolesAllowed} and {@link Caller}, for calls that are not a resource's. */
@Singleton
public class LetIn {
    /**
     * Completes where the caller has a good key with the right, for this account.
     *
     * @return fails with a {@link ProblemException} that says what is missing
     */
    public Uni<Void> whoMay(String right, AccountId account, RoutingContext call) {
        return QuarkusHttpUser.getSecurityIdentity(call, null)
                .onFailure(AuthenticationFailedException.class)
                .transform(bad -> refusal(ProblemType.UNAUTHORIZED, "The API key that was sent is not good"))
                .invoke(identity -> check(identity, right, account))
                .replaceWithVoid();
    }

    private static void check(SecurityIdentity identity, String right, AccountId account) {
        if (identity == null || identity.isAnonymous()) {
            throw refusal(ProblemType.UNAUTHORIZED, "No API key was sent");
        }
        var key = identity.<ApiKey>getAttribute(ApiKeyIdentityProvider.KEY);
        if (!identity.hasRole(right) || (key != null && !key.isFor(account))) {
            throw refusal(ProblemType.FORBIDDEN, "The API key has not the right to do this");
        }
    }

    private static ProblemException refusal(ProblemType type, String detail) {
        return new ProblemException(Problem.of(type, detail));
    }
}
