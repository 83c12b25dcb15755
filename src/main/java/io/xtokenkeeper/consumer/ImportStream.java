package io.xtokenkeeper.consumer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.xtokenkeeper.audit.Event;
import io.xtokenkeeper.refresh.Fresh;
import io.xtokenkeeper.refresh.FreshTokens;
import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.vault.ImportGrants;
import io.xtokenkeeper.vault.ImportedGrant;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Takes grants from a stream into the vault, some hundred at a time, and says line by line what became of them. Neither
 * the input nor the results are ever in memory as a whole.
 */
@Singleton
class ImportStream {
    private static final int AT_ONCE = 500;

    private final ImportGrants grants;
    private final FreshTokens tokens;
    private final ObjectMapper json;
    private final InstantSource clock;

    ImportStream(ImportGrants grants, FreshTokens tokens, ObjectMapper json, InstantSource clock) {
        this.grants = grants;
        this.tokens = tokens;
        this.json = json;
        this.clock = clock;
    }

    /**
     * @param input a JSON array of grants, or one grant after the other
     * @param imported recorded about each account that is taken
     * @param verify spend each imported refresh token at once, to see whether X takes it
     */
    void run(InputStream input, ImportLine reader, Event imported, boolean verify, Consumer<ImportResult> told)
            throws IOException {
        var line = 0L;
        var batch = new LinkedHashMap<Long, ImportedGrant>();
        try (MappingIterator<JsonNode> lines = json.readerFor(JsonNode.class).readValues(input)) {
            while (lines.hasNextValue()) {
                line++;
                try {
                    batch.put(line, reader.read(lines.nextValue()));
                } catch (IllegalArgumentException e) {
                    told.accept(new ImportResult(line, null, "invalid", e.getMessage()));
                }
                if (batch.size() == AT_ONCE) {
                    take(batch, imported, verify, told);
                }
            }
        } catch (JsonProcessingException e) {
            // its message quotes the input, which is full of tokens
            told.accept(
                    new ImportResult(line + 1, null, "invalid", "not JSON from here on; what stands above was read"));
        }
        take(batch, imported, verify, told);
    }

    private void take(Map<Long, ImportedGrant> batch, Event imported, boolean verify, Consumer<ImportResult> told) {
        if (batch.isEmpty()) {
            return;
        }
        var taken = grants.importAll(List.copyOf(batch.values()), imported, clock.instant())
                .iterator();
        batch.forEach((line, grant) ->
                told.accept(taken.next() ? imported(line, grant.id(), verify) : kept(line, grant.id())));
        batch.clear();
    }

    private static ImportResult kept(long line, AccountId id) {
        return new ImportResult(line, id.value(), "kept", "this account is kept here already");
    }

    private ImportResult imported(long line, AccountId id, boolean verify) {
        if (!verify) {
            return new ImportResult(line, id.value(), "imported", null);
        }
        return switch (tokens.refreshed(id)) {
            case Fresh.Token token -> new ImportResult(line, id.value(), "verified", null);
            case Fresh.NeedsConsent(var reason) -> refused(line, id, reason.name());
            case Fresh.NotNow(var retryAt, var why) -> refused(line, id, why);
            case Fresh.NoSuchAccount() -> refused(line, id, "erased meanwhile");
            case Fresh.AsksTooMuch(var longest) -> refused(line, id, "X gives it no time to live");
        };
    }

    private static ImportResult refused(long line, AccountId id, String why) {
        return new ImportResult(line, id.value(), "refused", why);
    }
}
