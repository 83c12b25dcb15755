package io.xtokenkeeper.xapi;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.xtokenkeeper.domain.Secret;

/**
 * The token endpoint's success response (RFC 6749 §5.1). A field is null if X left it out or sent a value of another type.
 *
 * @param expiresIn seconds
 */
@RegisterForReflection
record TokenResponse(Secret accessToken, Secret refreshToken, String tokenType, String scope, Double expiresIn) {
    boolean isBearer() {
        return "bearer".equalsIgnoreCase(tokenType);
    }
}
