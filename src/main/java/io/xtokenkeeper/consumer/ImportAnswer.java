package io.xtokenkeeper.consumer;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The answer to an import, written as it comes about: a result a line, or one object with the results and how many there are
 * of each kind.
 */
final class ImportAnswer implements ImportReport, AutoCloseable {
    private final JsonGenerator json;
    private final boolean asObject;
    private final Map<String, Long> counts = new TreeMap<>();

    /** @param asObject one JSON object; else NDJSON */
    ImportAnswer(OutputStream out, ObjectMapper mapper, boolean asObject) throws IOException {
        this.json = mapper.createGenerator(out);
        this.asObject = asObject;
        json.setRootValueSeparator(null);
        if (asObject) {
            json.writeStartObject();
            json.writeArrayFieldStart("results");
        }
    }

    /** @throws UncheckedIOException where the caller went away */
    @Override
    public void add(ImportResult result) {
        try {
            json.writePOJO(result);
            if (!asObject) {
                json.writeRaw('\n');
            }
            counts.merge(result.result(), 1L, Long::sum);
        } catch (IOException e) {
            throw new UncheckedIOException("the caller went away", e);
        }
    }

    /** Shows the caller how far it is. */
    @Override
    public void flush() throws IOException {
        json.flush();
    }

    /** Such as "2 imported, 1 kept". */
    String summary() {
        return counts.isEmpty()
                ? "nothing"
                : counts.entrySet().stream()
                        .map(count -> count.getValue() + " " + count.getKey())
                        .collect(Collectors.joining(", "));
    }

    @Override
    public void close() throws IOException {
        if (asObject) {
            json.writeEndArray();
            json.writePOJOField("counts", counts);
            json.writeEndObject();
        }
        json.close();
    }
}
