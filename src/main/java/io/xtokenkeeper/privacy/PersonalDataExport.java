package io.xtokenkeeper.privacy;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.xtokenkeeper.account.Account;
import io.xtokenkeeper.account.LastError;
import io.xtokenkeeper.account.Status;
import io.xtokenkeeper.domain.AccountId;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.OutputStream;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes one JSON document with everything that is held about a person: the account, and a list for each {@link Section}.
 * It contains no token, no fingerprint and no key. Rows are read and written by pages, so any number of events fits.
 */
@Singleton
public class PersonalDataExport {
    private static final int PAGE = 500;

    private final PersonalDataRepository data;
    private final ObjectMapper json;
    private final InstantSource clock;

    PersonalDataExport(PersonalDataRepository data, ObjectMapper json, InstantSource clock) {
        this.data = data;
        this.json = json;
        this.clock = clock;
    }

    /** Writes the document to an output. */
    @FunctionalInterface
    public interface Document {
        void writeTo(OutputStream out) throws IOException;
    }

    /** Returns the document about the person of this account; empty if nothing is held. */
    public Optional<Document> of(AccountId id) {
        var ids = data.ids(id);
        var account = data.account(id);
        var isHeld = account.isPresent()
                || Section.ALL.stream()
                        .anyMatch(section -> !data.page(section, ids, 0, 1).isEmpty());
        return isHeld ? Optional.of(out -> write(id, ids, account, out)) : Optional.empty();
    }

    private void write(AccountId id, List<String> ids, Optional<Account> account, OutputStream out) throws IOException {
        try (var document = json.createGenerator(out)) {
            document.writeStartObject();
            document.writeStringField("id", id.value());
            document.writeStringField("exported_at", clock.instant().toString());
            document.writeFieldName("account");
            document.writeObject(account.map(PersonalDataExport::values).orElse(null));
            for (var section : Section.ALL) {
                document.writeArrayFieldStart(section.name());
                write(section, ids, document);
                document.writeEndArray();
            }
            document.writeEndObject();
        }
    }

    private void write(Section section, List<String> ids, JsonGenerator document) throws IOException {
        var after = 0L;
        while (true) {
            var page = data.page(section, ids, after, PAGE);
            for (var entry : page) {
                document.writeObject(entry.values());
            }
            if (page.size() < PAGE) {
                return;
            }
            after = page.getLast().position();
        }
    }

    /** The fields of {@code GET /api/v1/accounts/{id}}, and those that the account's page shows beside them. */
    private static Map<String, Object> values(Account account) {
        var values = new LinkedHashMap<String, Object>();
        values.put("username", account.username().orElse(null));
        values.put("name", account.name().orElse(null));
        values.put("picture_url", account.pictureUrl().orElse(null));
        values.put("profile", account.profileProblem().isPresent() ? "unavailable" : "known");
        values.put("profile_problem", account.profileProblem().orElse(null));
        values.put("status", account.status().name());
        values.put("scope", account.scope().toString());
        values.put("connected_at", account.connectedAt().toString());
        values.put(
                "access_expires_at",
                account.accessExpiresAt().map(Object::toString).orElse(null));
        values.put("refreshed_at", account.refreshedAt().toString());
        values.put(
                "next_refresh_at",
                account.status() instanceof Status.Active
                        ? account.nextRefreshAt().toString()
                        : null);
        values.put("refresh_token_good_until", account.refreshTokenGoodUntil().toString());
        values.put("failures", account.failures());
        values.put(
                "last_error",
                account.lastError().map(PersonalDataExport::values).orElse(null));
        return values;
    }

    private static Map<String, Object> values(LastError error) {
        return Map.of(
                "reason",
                error.reason(),
                "detail",
                error.detail(),
                "at",
                error.at().toString());
    }
}
