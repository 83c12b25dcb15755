package io.xtokenkeeper.transfer;

import io.xtokenkeeper.audit.AuditEventType;
import io.xtokenkeeper.security.Caller;
import jakarta.enterprise.context.RequestScoped;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Imports a few grants from a text in memory, for the admin pages. */
@RequestScoped
public class ImportService {
    private final ImportStream stream;
    private final ImportOptions options;
    private final Caller caller;
    private final InstantSource clock;

    ImportService(ImportStream stream, ImportOptions options, Caller caller, InstantSource clock) {
        this.stream = stream;
        this.options = options;
        this.caller = caller;
        this.clock = clock;
    }

    /**
     * Imports the grants of {@code text}.
     *
     * @param text a JSON array of grants, or one grant after the other
     * @param verify whether to refresh each imported grant at once, to check that X accepts its refresh token
     * @return one result per grant, in their order
     */
    public List<ImportResult> grants(String text, boolean verify) {
        var results = new ArrayList<ImportResult>();
        var imported = caller.doing(AuditEventType.ACCOUNT_IMPORTED, Optional.empty(), "taken over");
        try {
            stream.run(
                    new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
                    new ImportRecordParser(options, clock.instant()),
                    imported,
                    verify,
                    new ImportReport() {
                        @Override
                        public void add(ImportResult result) {
                            results.add(result);
                        }

                        @Override
                        public void flush() {}
                    });
        } catch (IOException e) {
            throw new UncheckedIOException("a text in memory can always be read", e);
        }
        results.sort(Comparator.comparingLong(ImportResult::line));
        var counts = results.stream()
                .collect(Collectors.groupingBy(ImportResult::result, TreeMap::new, Collectors.counting()));
        caller.recordEvent(AuditEventType.ACCOUNTS_IMPORTED, Optional.empty(), "on a page: " + counts);
        return results;
    }
}
