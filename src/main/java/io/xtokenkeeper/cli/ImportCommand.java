package io.xtokenkeeper.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Sends a file of grants in batches of a thousand (twenty with {@code --verify}). Imported batches stay imported, and
 * sending a file again changes nothing.
 */
@Command(
        name = "import",
        description = {
            "Imports grants from a file: a JSON array, or one object per line (docs: POST /api/v1/accounts/import).",
            "Stop the other program first: a refresh token works only once."
        },
        mixinStandardHelpOptions = true)
final class ImportCommand implements Callable<Integer> {
    private static final int BATCH_SIZE = 1_000;
    /** Each grant waits for X, and the call must end before the client's timeout. */
    private static final int VERIFY_BATCH_SIZE = 20;
    /** Results of lines that were not imported. */
    private static final Set<String> NOT_IMPORTED = Set.of("invalid", "refused", "failed");

    private final Map<String, String> environment;
    private final Map<String, Long> results = new TreeMap<>();

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "- for standard input")
    private Path file;

    @Option(names = "--verify", description = "Use each refresh token now, to check that X accepts it")
    private boolean verify;

    ImportCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        var keeper = KeeperApiClient.from(environment);
        try (var input = open();
                MappingIterator<JsonNode> grants =
                        KeeperApiClient.JSON.readerFor(JsonNode.class).readValues(input)) {
            send(keeper, grants);
        } catch (JsonProcessingException e) {
            // its message quotes the input, which contains tokens
            spec.commandLine().getErr().println("keeper: not JSON from here on; the lines above were processed");
            results.merge("invalid", 1L, Long::sum);
        } catch (IOException e) {
            throw new CommandException(file + " cannot be read (" + e.getClass().getSimpleName() + ")");
        }
        spec.commandLine().getOut().println(results.isEmpty() ? "nothing to import" : "done: " + results);
        return results.keySet().stream().anyMatch(NOT_IMPORTED::contains) ? ExitCode.SOFTWARE : ExitCode.OK;
    }

    private void send(KeeperApiClient keeper, MappingIterator<JsonNode> grants) throws IOException {
        var sent = 0L;
        var most = verify ? VERIFY_BATCH_SIZE : BATCH_SIZE;
        while (grants.hasNextValue()) {
            var lines = new StringBuilder();
            var count = 0;
            try {
                for (; count < most && grants.hasNextValue(); count++) {
                    lines.append(grants.nextValue()).append('\n');
                }
            } finally {
                // also sends what was read before the input failed
                countResults(keeper.postLines("/api/v1/accounts/import?verify=" + verify, lines.toString()), sent);
            }
            sent += count;
            if (count == most) {
                spec.commandLine().getErr().println(sent + " so far: " + results);
            }
        }
    }

    private void countResults(String answer, long before) {
        answer.lines().map(KeeperApiClient::json).filter(JsonNode::isObject).forEach(result -> {
            var outcome = result.path("result").asText();
            results.merge(outcome, 1L, Long::sum);
            if (NOT_IMPORTED.contains(outcome)) {
                spec.commandLine()
                        .getErr()
                        .printf(
                                "%d: %s %s %s%n",
                                before + result.path("line").asLong(),
                                outcome,
                                result.path("x_user_id").asText(),
                                result.path("detail").asText());
            }
        });
    }

    private InputStream open() throws IOException {
        return file.toString().equals("-") ? System.in : Files.newInputStream(file);
    }
}
