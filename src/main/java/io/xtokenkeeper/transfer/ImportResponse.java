package io.xtokenkeeper.transfer;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Streams the response of an import, one result per line or all results in one JSON object, and counts the results. */
final class ImportResponse implements ImportReport, AutoCloseable {
    private final JsonGenerator out;
    private final ObjectWriter writer;
    private final boolean oneObject;
    private final Map<String, Long> counts = new TreeMap<>();

    private ImportResponse(JsonGenerator out, ObjectMapper json, boolean oneObject) {
        this.out = out;
        this.writer = json.writerFor(ImportResult.class).without(SerializationFeature.FLUSH_AFTER_WRITE_VALUE);
        this.oneObject = oneObject;
    }

    static ImportResponse lines(OutputStream out, ObjectMapper json) throws IOException {
        return new ImportResponse(
                json.createGenerator(out).setRootValueSeparator(new SerializedString("\n")), json, false);
    }

    /** An object such as {@code {"results": […], "counts": {"imported": 2}}}. */
    static ImportResponse object(JsonGenerator out, ObjectMapper json) throws IOException {
        out.writeStartObject();
        out.writeArrayFieldStart("results");
        return new ImportResponse(out, json, true);
    }

    /** @throws UncheckedIOException if the caller has disconnected */
    @Override
    public void add(ImportResult result) {
        try {
            writer.writeValue(out, result);
            counts.merge(result.result(), 1L, Long::sum);
        } catch (IOException e) {
            throw new UncheckedIOException("the caller disconnected", e);
        }
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    /** The counts as text, such as "2 imported, 1 kept". */
    String summary() {
        return counts.isEmpty()
                ? "nothing"
                : counts.entrySet().stream()
                        .map(count -> count.getValue() + " " + count.getKey())
                        .collect(Collectors.joining(", "));
    }

    @Override
    public void close() throws IOException {
        if (oneObject) {
            out.writeEndArray();
            out.writeObjectFieldStart("counts");
            for (var count : counts.entrySet()) {
                out.writeNumberField(count.getKey(), count.getValue());
            }
            out.writeEndObject();
            out.writeEndObject();
        } else {
            out.writeRaw('\n');
        }
        out.flush();
    }
}
