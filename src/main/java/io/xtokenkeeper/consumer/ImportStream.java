package io.xtokenkeeper.consumer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.xtokenkeeper.crypto.NotAgeException;
import io.xtokenkeeper.vault.ImportGrants;
import io.xtokenkeeper.vault.ImportedGrant;
import io.xtokenkeeper.vault.StoreException;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * Takes grants from a stream into the vault, some hundred at a time, and says line by line what became of them. Neither
 * the input nor the results are ever in memory as a whole.
 */
@Singleton
class ImportStream {
    private static final Logger LOG = Logger.getLogger(ImportStream.class);
    private static final int AT_ONCE = 500;
    /** So many are asked of X at the same time. */
    private static final int VERIFIED_AT_ONCE = 32;

    private final ImportGrants grants;
    private final VerifyImported verified;
    private final ObjectMapper json;
    private final InstantSource clock;

    ImportStream(ImportGrants grants, VerifyImported verified, ObjectMapper json, InstantSource clock) {
        this.grants = grants;
        this.verified = verified;
        this.json = json;
        this.clock = clock;
    }

    /**
     * @param input a JSON array of grants, or one grant after the other
     * @param verify spend each imported refresh token at once, to see whether X takes it
     */
    void run(InputStream input, ImportLine reader, boolean verify, ImportAnswer told) throws IOException {
        var line = 0L;
        var batch = new LinkedHashMap<Long, ImportedGrant>();
        try (MappingIterator<JsonNode> lines = json.readerFor(JsonNode.class).readValues(input)) {
            while (lines.hasNextValue()) {
                line++;
                try {
                    batch.put(line, reader.read(lines.nextValue()));
                } catch (IllegalArgumentException e) {
                    told.add(new ImportResult(line, null, "invalid", e.getMessage()));
                }
                if (batch.size() == (verify ? VERIFIED_AT_ONCE : AT_ONCE)) {
                    take(batch, verify, told);
                }
            }
            take(batch, verify, told);
        } catch (JsonProcessingException e) {
            // its message quotes the input, which is full of tokens
            take(batch, verify, told);
            told.add(new ImportResult(line + 1, null, "invalid", "not JSON from here on; what stands above was read"));
        } catch (NotAgeException e) {
            take(batch, verify, told);
            told.add(new ImportResult(line + 1, null, "invalid", e.getMessage() + "; what stands above was read"));
        } catch (StoreException e) {
            LOG.warnf("an import ends at line %s: %s", batch.firstEntry().getKey(), e.getMessage());
            batch.forEach((number, grant) -> told.add(new ImportResult(
                    number, grant.id().value(), "failed", "the store cannot be reached; send it from here on again")));
        }
    }

    /** @throws StoreException where nothing of it was taken */
    private void take(Map<Long, ImportedGrant> batch, boolean verify, ImportAnswer told) throws IOException {
        if (batch.isEmpty()) {
            return;
        }
        var now = clock.instant();
        var taken = grants.importAll(List.copyOf(batch.values()), now).iterator();
        var results = new LinkedHashMap<Long, ImportResult>();
        var imported = new LinkedHashMap<Long, ImportedGrant>();
        batch.forEach((line, grant) -> {
            var isTaken = taken.next();
            results.put(line, result(line, grant, isTaken));
            if (isTaken && verify) {
                imported.put(line, grant);
            }
        });
        batch.clear();
        results.putAll(verified.results(imported, now));
        results.values().forEach(told::add);
        told.flush();
    }

    private static ImportResult result(long line, ImportedGrant grant, boolean taken) {
        var id = grant.id().value();
        return taken
                ? new ImportResult(line, id, "imported", null)
                : new ImportResult(line, id, "kept", "this account is kept here already");
    }
}
