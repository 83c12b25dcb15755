package io.xtokenkeeper.refresh;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.xtokenkeeper.account.LastError;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.Fingerprint;
import io.xtokenkeeper.domain.Scopes;
import io.xtokenkeeper.refresh.RefreshResult.Rotated.Access;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/**
 * A token pair as a line of the journal (JSON). Its tokens are encrypted: the file reveals no more than a database dump.
 * Unknown fields, of a later version, are ignored.
 *
 * @param spent fingerprint of the refresh token that it was issued for; null for the token pair of a consent
 * @param accessToken null if X sent no usable one
 * @param problem why the access token could not be used
 * @param state SHA-256 of the authorization request's {@code state}, for the token pair of a consent
 */
@RegisterForReflection
@JsonIgnoreProperties(ignoreUnknown = true)
@SuppressWarnings("ArrayRecordComponent") // written and read as base64, never compared
record JournalRecord(
        String id,
        String spent,
        String current,
        byte[] accessToken,
        byte[] refreshToken,
        String scope,
        String issuedAt,
        String expiresAt,
        String nextRefreshAt,
        String problem,
        byte[] state,
        long fence) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectWriter WRITER = JSON.writerFor(JournalRecord.class);
    private static final ObjectReader READER = JSON.readerFor(JournalRecord.class);

    /** Returns the line in UTF-8, without the line feed. */
    static byte[] encode(PendingPair pair) {
        var line = switch (pair) {
            case RefreshResult.Rotated rotated -> of(rotated);
            case PendingGrant grant -> of(grant);
        };
        try {
            return WRITER.writeValueAsBytes(line);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @throws IOException if it is not a line of the journal */
    static PendingPair decode(byte[] line) throws IOException {
        return READER.<JournalRecord>readValue(line).pair();
    }

    private static JournalRecord of(RefreshResult.Rotated rotated) {
        var access = rotated.access();
        return new JournalRecord(
                rotated.id().value(),
                rotated.spent().hex(),
                rotated.current().hex(),
                access.map(Access::token).orElse(null),
                rotated.refreshToken().orElse(null),
                rotated.scope().map(Scopes::toString).orElse(null),
                access.map(token -> token.issuedAt().toString()).orElse(null),
                access.map(token -> token.expiresAt().toString()).orElse(null),
                rotated.nextRefreshAt().toString(),
                rotated.problem().map(LastError::detail).orElse(null),
                null,
                rotated.fence());
    }

    private static JournalRecord of(PendingGrant grant) {
        return new JournalRecord(
                grant.id().value(),
                null,
                grant.fingerprint().hex(),
                grant.access().orElse(null),
                grant.refreshToken(),
                grant.scope().toString(),
                grant.issuedAt().toString(),
                grant.expiresAt().toString(),
                grant.nextRefreshAt().toString(),
                null,
                grant.state(),
                0);
    }

    /** @throws RuntimeException if a required field is missing or invalid */
    private PendingPair pair() {
        return spent == null ? grant() : rotated();
    }

    private RefreshResult.Rotated rotated() {
        var access = Optional.ofNullable(accessToken)
                .map(token -> new Access(token, Instant.parse(issuedAt), Instant.parse(expiresAt)));
        var due = Instant.parse(nextRefreshAt);
        return new RefreshResult.Rotated(
                new AccountId(id),
                fence,
                new Fingerprint(spent),
                new Fingerprint(current),
                access,
                Optional.ofNullable(refreshToken),
                Optional.ofNullable(scope).map(Scopes::of),
                due,
                access.isPresent()
                        ? Optional.empty()
                        : Optional.of(new LastError(Reason.NO_ACCESS_TOKEN.name(), problem, due)));
    }

    private PendingGrant grant() {
        if (refreshToken == null || state == null) {
            throw new IllegalArgumentException("neither a rotation nor the grant of a consent");
        }
        return new PendingGrant(
                new AccountId(id),
                Optional.ofNullable(accessToken),
                refreshToken,
                new Fingerprint(current),
                Scopes.of(scope),
                Instant.parse(issuedAt),
                Instant.parse(expiresAt),
                Instant.parse(nextRefreshAt),
                state);
    }
}
