package io.xtokenkeeper.xapi;

import io.smallrye.mutiny.Uni;
import io.xtokenkeeper.domain.AccessToken;
import io.xtokenkeeper.domain.RefreshToken;
import io.xtokenkeeper.xapi.XCallPermits.Purpose;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Revokes token pairs at X. The refresh token is revoked first, so that no new pair can be issued. */
@Singleton
public class TokenRevoker {
    private static final Logger LOG = Logger.getLogger(TokenRevoker.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final XOAuthClient x;
    private final XCallPermits permits;

    TokenRevoker(XOAuthClient x, XCallPermits permits) {
        this.x = x;
        this.permits = permits;
    }

    /**
     * Revokes both tokens. Waits at most ten seconds for a permit and for each response. Revoking a pair again is harmless.
     *
     * @return whether X has confirmed the revocation of both tokens
     */
    public boolean revoke(RefreshToken refresh, Optional<AccessToken> access) {
        try {
            var permit = permits.acquire(Purpose.REVOCATION, TIMEOUT);
            if (permit.isEmpty()) {
                return false;
            }
            try {
                return isDone(x.revoke(refresh))
                        && access.map(x::revoke).map(TokenRevoker::isDone).orElse(true);
            } finally {
                permit.get().close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static boolean isDone(Uni<RevocationResult> call) {
        var answer = call.ifNoItem()
                .after(TIMEOUT)
                .recoverWithUni(() -> Uni.createFrom().item(new RevocationResult.NotDone("no answer yet")))
                .await()
                .indefinitely();
        return switch (answer) {
            case RevocationResult.Done() -> true;
            case RevocationResult.NotDone(var hint) -> {
                LOG.warnf("X did not confirm a revocation (%s); it is tried again", hint);
                yield false;
            }
        };
    }
}
