package io.xtokenkeeper.transfer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.xtokenkeeper.account.ImportGrants;
import io.xtokenkeeper.account.ImportedGrant;
import io.xtokenkeeper.audit.NewAuditEvent;
import io.xtokenkeeper.encryption.OpenPgpFileException;
import io.xtokenkeeper.persistence.DatabaseException;
import io.xtokenkeeper.persistence.SqlStates;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Takes grants from a stream into the vault, some hundred at a time, and says line by line what became of them. Neither
 * the input nor the results are ever in memory as a whole.
 */
@Singleton
class ImportStream {
    private static final Logger LOG = Logger.getLogger(ImportStream.class);
    private static final String IMPORTED = "imported";
    private static final int AT_ONCE = 500;
    /** A batch is taken sooner where its grants have long names. */
    private static final int MAX_BATCH_BYTES = 1_048_576;
    /** So many are asked of X at the same time. */
    private static final int VERIFIED_AT_ONCE = 32;

    private final ImportGrants grants;
    private final ImportVerifier verified;
    private final ObjectMapper json;
    private final InstantSource clock;

    ImportStream(ImportGrants grants, ImportVerifier verified, ObjectMapper json, InstantSource clock) {
        this.grants = grants;
        this.verified = verified;
        this.json = json;
        this.clock = clock;
    }

    /**
     * @param input a JSON array of grants, or one grant after the other
     * @param imported recorded about each account that is taken
     * @param verify spend each imported refresh token at once, to see whether X takes it
     */
    void run(InputStream input, ImportRecordParser reader, NewAuditEvent imported, boolean verify, ImportReport told)
            throws IOException {
        var batch = new LinkedHashMap<Long, ImportRecordParser.Read>();
        try {
            var ended = read(input, reader, batch, imported, verify, told);
            take(batch, imported, verify, told);
            ended.ifPresent(told::add);
        } catch (DatabaseException e) {
            LOG.warnf("an import ends at line %s: %s", batch.firstEntry().getKey(), e.getMessage());
            batch.forEach((number, line) -> told.add(new ImportResult(
                    number,
                    line.grant().id().value(),
                    "failed",
                    "the store cannot be reached; send it from here on again")));
        }
    }

    /** Leaves what is not taken yet in {@code batch}. Says why the input ended, where that was before its end. */
    private Optional<ImportResult> read(
            InputStream input,
            ImportRecordParser reader,
            Map<Long, ImportRecordParser.Read> batch,
            NewAuditEvent imported,
            boolean verify,
            ImportReport told)
            throws IOException {
        var line = 0L;
        var records = new ImportRecords(input);
        try (MappingIterator<JsonNode> lines = json.readerFor(JsonNode.class).readValues(records)) {
            while (lines.hasNextValue()) {
                var record = lines.nextValue();
                line++;
                try {
                    batch.put(line, reader.read(record));
                } catch (IllegalArgumentException e) {
                    told.add(new ImportResult(line, null, "invalid", e.getMessage()));
                }
                records.nextRecord();
                if (batch.size() == (verify ? VERIFIED_AT_ONCE : AT_ONCE) || records.batchBytes() > MAX_BATCH_BYTES) {
                    take(batch, imported, verify, told);
                    records.nextBatch();
                }
            }
            return Optional.empty();
        } catch (JsonProcessingException e) {
            // its message quotes the input, which is full of tokens
            return Optional.of(brokenOff(line + 1, "not JSON from here on"));
        } catch (ImportRecords.TooLongException | OpenPgpFileException e) {
            return Optional.of(brokenOff(line + 1, e.getMessage()));
        }
    }

    private static ImportResult brokenOff(long line, String why) {
        return new ImportResult(line, null, "invalid", why + "; what stands above was read");
    }

    /** @throws DatabaseException where the store cannot be reached; what is sent again then changes nothing more */
    private void take(
            Map<Long, ImportRecordParser.Read> batch, NewAuditEvent imported, boolean verify, ImportReport told)
            throws IOException {
        if (batch.isEmpty()) {
            return;
        }
        var now = clock.instant();
        var results = new LinkedHashMap<Long, ImportResult>();
        importAll(List.copyOf(batch.entrySet()), imported, now, results);
        var toVerify = new LinkedHashMap<Long, ImportedGrant>();
        if (verify) {
            results.values().stream()
                    .filter(result -> result.result().equals(IMPORTED))
                    .forEach(result ->
                            toVerify.put(result.line(), batch.get(result.line()).grant()));
        }
        batch.clear();
        results.putAll(verified.results(toVerify, now));
        results.values().forEach(told::add);
        told.flush();
    }

    /**
     * Where the store refuses one of them for what it is, the others must not suffer: each half is tried for itself.
     *
     * @throws DatabaseException where the store cannot be reached; {@code results} has those that were taken before
     */
    private void importAll(
            List<Map.Entry<Long, ImportRecordParser.Read>> lines,
            NewAuditEvent imported,
            Instant now,
            Map<Long, ImportResult> results) {
        try {
            var taken = grants.importAll(
                            lines.stream().map(line -> line.getValue().grant()).toList(), imported, now)
                    .iterator();
            lines.forEach(line -> results.put(line.getKey(), result(line.getKey(), line.getValue(), taken.next())));
        } catch (DatabaseException e) {
            if (e.kind() != SqlStates.Kind.REJECTED) {
                throw e;
            }
            if (lines.size() == 1) {
                var line = lines.getFirst();
                LOG.warnf("The database rejects line %d of an import: %s", line.getKey(), e.getMessage());
                results.put(
                        line.getKey(), refused(line.getKey(), line.getValue().grant()));
                return;
            }
            var half = lines.size() / 2;
            importAll(lines.subList(0, half), imported, now, results);
            importAll(lines.subList(half, lines.size()), imported, now, results);
        }
    }

    private static ImportResult refused(long line, ImportedGrant grant) {
        return new ImportResult(
                line, grant.id().value(), "invalid", "the database refuses it; the service's log says why");
    }

    private static ImportResult result(long line, ImportRecordParser.Read read, boolean taken) {
        var id = read.grant().id().value();
        return taken
                ? new ImportResult(line, id, IMPORTED, read.remark().orElse(null))
                : new ImportResult(line, id, "kept", "this account is kept here already");
    }
}
