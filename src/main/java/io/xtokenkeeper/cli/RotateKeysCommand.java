package io.xtokenkeeper.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Adds a data key and shows the progress of the re-encryption with it. */
@Command(
        name = "rotate-keys",
        description = "Adds a data key, re-encrypts all values with it, and shows the progress.",
        mixinStandardHelpOptions = true)
final class RotateKeysCommand implements Runnable {
    private static final String VAULT = "/api/v1/vault";

    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec;

    @Option(names = "--no-wait", description = "Start it and exit; the service continues")
    private boolean leave;

    RotateKeysCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public void run() {
        var keeper = KeeperApiClient.from(environment);
        var rotation = keeper.post(VAULT + "/rotate").path("rotation");
        print("data key " + rotation.path("key").asText() + " was added");
        var shown = "";
        while (!leave) {
            var progress = progress(rotation);
            if (!progress.equals(shown)) {
                print(progress);
                shown = progress;
            }
            if (!rotation.path("status").asText().equals("RUNNING")) {
                return;
            }
            Polling.pause();
            rotation = keeper.get(VAULT).path("rotation");
        }
    }

    private static String progress(JsonNode rotation) {
        var unreadable = rotation.path("unreadable").asLong();
        return "%s: %d of %d values re-encrypted%s"
                .formatted(
                        rotation.path("status").asText().toLowerCase(java.util.Locale.ROOT),
                        rotation.path("done").asLong(),
                        rotation.path("total").asLong(),
                        unreadable == 0 ? "" : ", " + unreadable + " cannot be decrypted and are left unchanged");
    }

    private void print(String line) {
        spec.commandLine().getOut().println(line);
    }
}
