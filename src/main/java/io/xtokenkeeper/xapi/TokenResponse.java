package io.xtokenkeeper.xapi;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.xtokenkeeper.domain.Secret;

/**
 * RFC 6749 §5.1, a token endpoint's success. Each field is null where X left it out, or wrote something that it cannot be.
 *
 * @param expiresIn seconds
 */
@RegisterForReflection
record TokenResponse(Secret accessToken, Secret refreshToken, String tokenType, String scope, Double expiresIn) {
    boolean isBearer() {
        return "bearer".equalsIgnoreCase(tokenType);
    }
}
