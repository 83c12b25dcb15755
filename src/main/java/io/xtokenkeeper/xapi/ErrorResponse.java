package io.xtokenkeeper.xapi;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Objects;

/**
 * The body of an error response of X. The first two fields are those of RFC 6749 §5.2, the others those of X's API. A field
 * that X left out is empty.
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
