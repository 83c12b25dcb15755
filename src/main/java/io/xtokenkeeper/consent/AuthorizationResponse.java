package io.xtokenkeeper.consent;

import io.xtokenkeeper.domain.BrowserBinding;
import io.xtokenkeeper.domain.Secret;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What X's redirect brought back (RFC 6749 §4.1.2, RFC 9207 §2). Parameters that nobody defined are ignored, empty ones
 * count as absent (§3.1).
 *
 * @param address of the browser
 * @param ambiguous a parameter came twice, which §3.1 forbids: nobody can say which one is meant
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
