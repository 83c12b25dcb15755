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
 * Imports grants from a stream in batches of some hundreds, and reports one result per record. Neither the input nor the
 * results are ever completely in memory.
 */
@Singleton
class ImportStream {
    private static final Logger LOG = Logger.getLogger(ImportStream.class);
    private static final String IMPORTED = "imported";
    private static final int BATCH_SIZE = 500;
    /** A batch is saved sooner if its records are long. */
    private static final int MAX_BATCH_BYTES = 1_048_576;
    /** The size of a batch that is verified: all of its grants are refreshed at the same time. */
    private static final int VERIFY_BATCH_SIZE = 32;

    private final ImportGrants grants;
    private final ImportVerifier verifier;
    private final ObjectMapper json;
    private final InstantSource clock;

    ImportStream(ImportGrants grants, ImportVerifier verifier, ObjectMapper json, InstantSource clock) {
        this.grants = grants;
        this.verifier = verifier;
        this.json = json;
        this.clock = clock;
    }

    /**
     * Imports all grants of {@code input}.
     *
     * @param input a JSON array of grants, or one grant after the other
     * @param imported the audit event to record for each account that is imported
     * @param verify whether to refresh each imported grant at once, to check that X accepts its refresh token
     */
    void run(InputStream input, ImportRecordParser reader, NewAuditEvent imported, boolean verify, ImportReport report)
            throws IOException {
        var batch = new LinkedHashMap<Long, ImportRecordParser.Read>();
        try {
            var ended = read(input, reader, batch, imported, verify, report);
            importBatch(batch, imported, verify, report);
            ended.ifPresent(report::add);
        } catch (DatabaseException e) {
            LOG.warnf("An import ends at line %s: %s", batch.firstEntry().getKey(), e.getMessage());
            batch.forEach((number, line) -> report.add(new ImportResult(
                    number,
                    line.grant().id().value(),
                    "failed",
                    "the store cannot be reached; send it from here on again")));
        }
    }

    /**
     * Parses records and saves each full batch; the last, incomplete one is left in {@code batch}. Returns why parsing
     * stopped, if it stopped before the end of the input.
     */
    private Optional<ImportResult> read(
            InputStream input,
            ImportRecordParser reader,
            Map<Long, ImportRecordParser.Read> batch,
            NewAuditEvent imported,
            boolean verify,
            ImportReport report)
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
                    report.add(new ImportResult(line, null, "invalid", e.getMessage()));
                }
                records.nextRecord();
                if (batch.size() == (verify ? VERIFY_BATCH_SIZE : BATCH_SIZE)
                        || records.batchBytes() > MAX_BATCH_BYTES) {
                    importBatch(batch, imported, verify, report);
                    records.nextBatch();
                }
            }
            return Optional.empty();
        } catch (JsonProcessingException e) {
            // its message quotes the input, which contains tokens
            return Optional.of(brokenOff(line + 1, "not JSON from here on"));
        } catch (ImportRecords.TooLongException | OpenPgpFileException e) {
            return Optional.of(brokenOff(line + 1, e.getMessage()));
        }
    }

    private static ImportResult brokenOff(long line, String why) {
        return new ImportResult(line, null, "invalid", why + "; what stands above was read");
    }

    /**
     * Saves a batch, verifies it if requested, and reports the results.
     *
     * @throws DatabaseException if the database is unavailable; sending the same grants again is safe
     */
    private void importBatch(
            Map<Long, ImportRecordParser.Read> batch, NewAuditEvent imported, boolean verify, ImportReport report)
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
        results.putAll(verifier.results(toVerify, now));
        results.values().forEach(report::add);
        report.flush();
    }

    /**
     * Saves grants. If the database rejects the batch because of one grant's data, each half is saved on its own, so that
     * the others are imported.
     *
     * @throws DatabaseException if the database is unavailable; {@code results} has those that were saved before
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
