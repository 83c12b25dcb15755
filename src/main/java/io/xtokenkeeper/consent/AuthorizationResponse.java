package io.xtokenkeeper.consent;

import io.xtokenkeeper.domain.BrowserBinding;
import io.xtokenkeeper.domain.Secret;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The parameters of X's redirect to the callback (RFC 6749 §4.1.2, RFC 9207 §2). Unknown parameters are ignored, empty ones
 * count as absent (RFC 6749 §3.1).
 *
 * @param address the browser's IP address
 * @param ambiguous whether a parameter occurs twice, which RFC 6749 §3.1 forbids: it is unclear which value is meant
 */
record AuthorizationResponse(
        Optional<Secret> state,
        Optional<Secret> code,
        Optional<String> issuer,
        Optional<String> error,
        Optional<String> description,
        Optional<BrowserBinding> browser,
        Optional<String> address,
        boolean ambiguous) {
    private static final List<String> DEFINED = List.of("state", "code", "iss", "error", "error_description");

    static AuthorizationResponse of(
            Map<String, List<String>> query, Optional<BrowserBinding> browser, Optional<String> address) {
        return new AuthorizationResponse(
                one(query, "state").map(Secret::of),
                one(query, "code").map(Secret::of),
                one(query, "iss"),
                one(query, "error"),
                one(query, "error_description"),
                browser,
                address,
                DEFINED.stream()
                        .anyMatch(name -> query.getOrDefault(name, List.of()).size() > 1));
    }

    private static Optional<String> one(Map<String, List<String>> query, String name) {
        return query.getOrDefault(name, List.of()).stream().findFirst().filter(text -> !text.isEmpty());
    }
}
