package io.xtokenkeeper.consumer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SequenceWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The answer to an import, written as it comes about: a result a line. Counts them. */
final class ImportAnswer implements ImportReport, AutoCloseable {
    private final OutputStream out;
    private final SequenceWriter lines;
    private final Map<String, Long> counts = new TreeMap<>();

    ImportAnswer(OutputStream out, ObjectMapper json) throws IOException {
        this.out = out;
        this.lines =
                json.writerFor(ImportResult.class).withRootValueSeparator("\n").writeValues(out);
    }

    /** @throws UncheckedIOException where the caller went away */
    @Override
    public void add(ImportResult result) {
        try {
            lines.write(result);
            counts.merge(result.result(), 1L, Long::sum);
        } catch (IOException e) {
            throw new UncheckedIOException("the caller went away", e);
        }
    }

    /** Shows the caller how far it is. */
    @Override
    public void flush() throws IOException {
        lines.flush();
        out.flush();
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
        lines.flush();
        out.write("\n".getBytes(StandardCharsets.UTF_8));
        lines.close();
    }
}
