package io.xtokenkeeper.consumer;

import com.fasterxml.jackson.databind.JsonNode;
import io.xtokenkeeper.token.AccessToken;
import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.token.RefreshToken;
import io.xtokenkeeper.token.Scopes;
import io.xtokenkeeper.vault.ImportedGrant;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Reads one grant of an import. Tolerant of what other tools write: {@code expires_at} as ISO 8601 or as Unix seconds.
 */
record ImportLine(ImportTerms terms, Instant now) {
    private static final int LONGEST_TOKEN = 8_192;

    /** @throws IllegalArgumentException saying which field is wrong, never what is in it */
    ImportedGrant read(JsonNode line) {
        if (!line.isObject()) {
            throw new IllegalArgumentException("each grant must be a JSON object");
        }
        var id = AccountId.parse(text(line, "x_user_id").orElse(""))
                .filter(parsed -> !parsed.isPending())
                .orElseThrow(() -> new IllegalArgumentException("x_user_id must be an X user id: 1 to 19 digits"));
        var refresh = token(line, "refresh_token")
                .map(RefreshToken::of)
                .orElseThrow(() -> new IllegalArgumentException("refresh_token is missing"));
        var access = access(line);
        return new ImportedGrant(
                id,
                refresh,
                text(line, "scope").map(Scopes::of).orElse(terms.usualScope()),
                text(line, "username"),
                access,
                terms.schedule()
                        .importedDueAt(access.map(ImportedGrant.Access::expiresAt), now, ThreadLocalRandom.current()));
    }

    private Optional<ImportedGrant.Access> access(JsonNode line) {
        var token = token(line, "access_token").map(AccessToken::of);
        var expiresAt = expiresAt(line.path("expires_at"));
        // without knowing when it ends an access token is no use: better to refresh than to hand out a dead one
        return token.flatMap(t -> expiresAt.filter(now::isBefore).map(end -> new ImportedGrant.Access(t, end)));
    }

    private static Optional<Instant> expiresAt(JsonNode value) {
        try {
            if (value.isNumber()) {
                return Optional.of(Instant.ofEpochSecond(value.asLong()));
            }
            return value.isTextual()
                    ? Optional.of(OffsetDateTime.parse(value.asText()).toInstant())
                    : Optional.empty();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("expires_at must be ISO 8601 with an offset, or Unix seconds", e);
        }
    }

    private static Optional<String> token(JsonNode line, String field) {
        var token = text(line, field);
        if (token.filter(t -> t.length() > LONGEST_TOKEN || !t.matches("[\\x21-\\x7E]+"))
                .isPresent()) {
            throw new IllegalArgumentException(field + " holds characters that no token has, or is too long");
        }
        return token;
    }

    private static Optional<String> text(JsonNode line, String field) {
        var value = line.path(field);
        return value.isTextual() || value.isIntegralNumber()
                ? Optional.of(value.asText().strip()).filter(text -> !text.isEmpty())
                : Optional.empty();
    }
}
