package io.xtokenkeeper.refresh;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.token.Fingerprint;
import io.xtokenkeeper.token.Scopes;
import io.xtokenkeeper.vault.Verdict;
import java.time.Instant;
import java.util.Optional;

/** A rotation as a line of the journal. Its tokens are sealed: the file is worth no more than a dump of the database. */
@RegisterForReflection
@SuppressWarnings("ArrayRecordComponent") // written and read as base64, never compared
record JournalLine(
        String id,
        String spent,
        String current,
        byte[] accessToken,
        byte[] refreshToken,
        String scope,
        String issuedAt,
        String expiresAt,
        String nextRefreshAt) {
    static JournalLine of(Verdict.Rotated rotated) {
        return new JournalLine(
                rotated.id().value(),
                rotated.spent().hex(),
                rotated.current().hex(),
                rotated.accessToken(),
                rotated.refreshToken().orElse(null),
                rotated.scope().map(Scopes::toString).orElse(null),
                rotated.issuedAt().toString(),
                rotated.expiresAt().toString(),
                rotated.nextRefreshAt().toString());
    }

    Verdict.Rotated rotated() {
        return new Verdict.Rotated(
                new AccountId(id),
                new Fingerprint(spent),
                new Fingerprint(current),
                accessToken,
                Optional.ofNullable(refreshToken),
                Optional.ofNullable(scope).map(Scopes::of),
                Instant.parse(issuedAt),
                Instant.parse(expiresAt),
                Instant.parse(nextRefreshAt));
    }
}
