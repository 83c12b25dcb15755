package io.xtokenkeeper.transfer;

import com.fasterxml.jackson.databind.JsonNode;
import io.xtokenkeeper.account.AccountReferences;
import io.xtokenkeeper.account.ImportedGrant;
import io.xtokenkeeper.account.LossReason;
import io.xtokenkeeper.domain.AccessToken;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.Reference;
import io.xtokenkeeper.domain.RefreshToken;
import io.xtokenkeeper.domain.Scopes;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/**
 * Parses one grant of an import. It accepts what other tools write: {@code expires_at} as ISO 8601, or as Unix time in
 * seconds (Python) or milliseconds (JavaScript), as a number or as text. If {@code expires_at} is neither, the access token
 * is ignored, since it may have expired; the grant is imported with its refresh token.
 */
record ImportRecordParser(ImportOptions options, Instant now) {
    private static final int MAX_TOKEN = 8_192;
    private static final Duration ACCESS_TOKEN_LIFE = Duration.ofHours(2);
    /** Unix times from this number on are milliseconds; as seconds, this one would be the year 5138. */
    private static final long FIRST_MILLIS = 100_000_000_000L;

    private static final Pattern UNIX_TIME = Pattern.compile("[0-9]{1,18}(\\.[0-9]{1,9})?");

    private static final String NO_END =
            "without its access token: expires_at must be ISO 8601 with an offset, or Unix time in seconds or milliseconds";

    /**
     * A parsed record.
     *
     * @param remark what the caller should know about this record; empty if all of it is imported
     */
    record Read(ImportedGrant grant, Optional<String> remark) {}

    /**
     * Parses one record.
     *
     * @throws IllegalArgumentException with a message that names the invalid field, never its content
     */
    Read read(JsonNode line) {
        if (!line.isObject()) {
            throw new IllegalArgumentException("each grant must be a JSON object");
        }
        var id = text(line, "x_user_id")
                .flatMap(AccountId::parse)
                .orElseThrow(() -> new IllegalArgumentException("x_user_id must be an X user id: 1 to 19 digits"));
        var refresh = token(line, "refresh_token")
                .map(RefreshToken::of)
                .orElseThrow(() -> new IllegalArgumentException("refresh_token is missing"));
        var ends = expiresAt(line.path("expires_at"));
        // without its expiry an access token is useless: refreshing is better than returning an expired token
        var access = token(line, "access_token")
                .filter(token -> ends.filter(now::isBefore).isPresent())
                .map(AccessToken::of);
        var grant = new ImportedGrant(
                id,
                refresh,
                text(line, "scope").map(Scopes::of).orElse(options.usualScope()),
                text(line, "username"),
                text(line, "name"),
                access,
                ends,
                lossReason(line),
                options.schedule().importedDueAt(access.flatMap(token -> ends), now, ThreadLocalRandom.current()),
                references(line));
        return new Read(
                grant,
                token(line, "access_token").filter(token -> ends.isEmpty()).map(token -> NO_END));
    }

    /** {@code reference} is one, {@code references} is an array of them. */
    private static List<Reference> references(JsonNode line) {
        var references = new LinkedHashSet<Reference>();
        for (var each : List.of(line.path("reference"), line.path("references"))) {
            if (each.isArray()) {
                each.forEach(one -> references.add(reference(one)));
            } else if (!each.isMissingNode() && !each.isNull()) {
                references.add(reference(each));
            }
        }
        if (references.size() > AccountReferences.MAX_OF_ACCOUNT) {
            throw new IllegalArgumentException(
                    "references: an account has at most " + AccountReferences.MAX_OF_ACCOUNT);
        }
        return List.copyOf(references);
    }

    private static Reference reference(JsonNode value) {
        return Optional.of(value)
                .filter(node -> node.isTextual() || node.isIntegralNumber())
                .flatMap(node -> Reference.parse(node.asText()))
                .orElseThrow(() -> new IllegalArgumentException("a reference " + Reference.MESSAGE));
    }

    private static Optional<LossReason> lossReason(JsonNode line) {
        try {
            return text(line, "needs_consent").map(LossReason::valueOf);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("needs_consent must be REJECTED_BY_X or LOST_IN_FLIGHT", e);
        }
    }

    /**
     * At most two hours from now, the lifetime of X's access tokens, whatever the record claims. Empty if it cannot be
     * parsed.
     */
    private Optional<Instant> expiresAt(JsonNode value) {
        var longest = now.plus(ACCESS_TOKEN_LIFE);
        return written(value).map(end -> end.isBefore(longest) ? end : longest);
    }

    /** A date and time without an offset is rejected: its time zone is unknown. */
    private static Optional<Instant> written(JsonNode value) {
        try {
            if (value.isNumber() || UNIX_TIME.matcher(value.asText()).matches()) {
                var number = new BigDecimal(value.asText()).longValue();
                return Optional.of(
                        number < FIRST_MILLIS ? Instant.ofEpochSecond(number) : Instant.ofEpochMilli(number));
            }
            return value.isTextual()
                    ? Optional.of(OffsetDateTime.parse(value.asText().strip()).toInstant())
                    : Optional.empty();
        } catch (DateTimeException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> token(JsonNode line, String field) {
        var token = text(line, field);
        if (token.filter(t -> t.length() > MAX_TOKEN || !t.matches("[\\x21-\\x7E]+"))
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
