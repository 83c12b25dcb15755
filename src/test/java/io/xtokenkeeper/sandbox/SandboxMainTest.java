package io.xtokenkeeper.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The sandbox in a process of its own. */
class SandboxMainTest {
    @Test
    void argumentsWinOverTheEnvironment() {
        assertThat(SandboxMain.settings(
                        new String[] {"--port=1", "--client-secret="},
                        Map.of("SANDBOX_PORT", "2", "SANDBOX_LATENCY_MS", "3", "PORT", "4")))
                .isEqualTo(Map.of("port", "1", "client-secret", "", "latency-ms", "3"));
        assertThatIllegalArgumentException().isThrownBy(() -> SandboxMain.settings(new String[] {"port"}, Map.of()));
    }

    @Test
    void saysWhereItListensAndServes() throws IOException {
        Process process = start("--port=0", "--client-id=my-app", "--client-secret=my-secret", "--latency-ms=1");
        try (BufferedReader out = process.inputReader()) {
            String line = out.readLine();
            assertThat(line).startsWith("X sandbox listens on http://127.0.0.1:");
            URI url = URI.create(line.substring(line.indexOf("http")));
            App app = new App(url, App.basic("my-app", "my-secret"), Duration.ofSeconds(5));
            assertThat(app.refresh("nonsense").text("error_description"))
                    .isEqualTo("Value passed for the token was invalid.");
        } finally {
            process.destroy();
        }
    }

    @Test
    void refusesNonsenseInOneLine() throws IOException, InterruptedException {
        Process process = start("--port=nonsense");
        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(process.errorReader().lines()).contains("X sandbox did not start: port wants a number: nonsense");
    }

    private static Process start(String... arguments) throws IOException {
        List<String> java = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                SandboxMain.class.getName());
        return new ProcessBuilder(
                        Stream.concat(java.stream(), Stream.of(arguments)).toList())
                .start();
    }
}
