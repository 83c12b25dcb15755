package io.xtokenkeeper.xapi;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Objects;

/**
 * A refusal in X's words: RFC 6749 §5.2 has the first two, X's API the others. Empty where X left them out.
 */
@RegisterForReflection
record ErrorResponse(String error, String errorDescription, String title, String detail) {
    ErrorResponse {
        error = Objects.requireNonNullElse(error, "");
        errorDescription = Objects.requireNonNullElse(errorDescription, "");
        title = Objects.requireNonNullElse(title, "");
        detail = Objects.requireNonNullElse(detail, "");
    }
}
