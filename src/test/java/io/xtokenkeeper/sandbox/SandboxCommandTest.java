package io.xtokenkeeper.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.xtokenkeeper.startup.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code keeper sandbox}: the simulator in a process of its own. */
class SandboxCommandTest {
    @Test
    void saysWhereItListensAndServes() throws IOException {
        Process process = start(
                Map.of(), "--port=0", "--client-id=my-app", "--client-secret=my-secret", "--access-token-life=60");
        try (BufferedReader out = process.inputReader()) {
            App app = new App(url(out), App.basic("my-app", "my-secret"), Duration.ofSeconds(5));
            assertThat(app.refresh("nonsense").text("error_description"))
                    .isEqualTo("Value passed for the token was invalid.");
            assertThat(app.exchange(app.code(asClient("my-app"), "42"))
                            .json()
                            .path("expires_in")
                            .asInt())
                    .isEqualTo(60);
        } finally {
            process.destroy();
        }
    }

    @Test
    void optionsWinOverTheEnvironment() throws IOException {
        Process process = start(
                Map.of(
                        "SANDBOX_PORT", "1",
                        "SANDBOX_CLIENT_ID", "public-app",
                        "SANDBOX_CLIENT_SECRET", "",
                        "SANDBOX_REDIRECT_URIS", "https://app.example/one," + App.REDIRECT,
                        "SANDBOX_PUBLIC_URL", "https://x.example",
                        "SANDBOX_LATENCY_MS", "150"),
                "--port=0",
                "--latency-ms=1");
        try (BufferedReader out = process.inputReader()) {
            App app = new App(url(out), "", Duration.ofSeconds(5));
            assertThat(app.get("/sandbox/switches", "").text("latencyMillis")).isEqualTo("1");
            assertThat(app.get("/.well-known/oauth-authorization-server", "").text("issuer"))
                    .isEqualTo("https://x.example");
            String code = app.code(asClient("public-app"), "42");
            assertThat(app.exchange(code).text("error_description"))
                    .isEqualTo("Missing required parameter [client_id].");
            Map<String, String> elsewhere = asClient("public-app");
            elsewhere.put("redirect_uri", "https://app.example/two");
            assertThat(new SimulatorBrowser().open(app.authorize(elsewhere)).statusCode())
                    .isEqualTo(400);
        } finally {
            process.destroy();
        }
    }

    @Test
    void refusesNonsense() throws IOException, InterruptedException {
        Process number = start(Map.of(), "--port=nonsense");
        assertThat(number.waitFor()).isEqualTo(2);
        assertThat(number.errorReader().lines()).first().asString().contains("--port", "nonsense");
        Process taken = start(Map.of(), "--host=192.0.2.1");
        assertThat(taken.waitFor()).isEqualTo(1);
        assertThat(taken.errorReader().lines())
                .contains("keeper: the sandbox did not start: cannot listen on 192.0.2.1:8090");
    }

    private static Map<String, String> asClient(String id) {
        Map<String, String> request = App.request();
        request.put("client_id", id);
        return request;
    }

    private static URI url(BufferedReader out) throws IOException {
        String line = out.readLine();
        assertThat(line).startsWith("X sandbox listens on http://127.0.0.1:");
        return URI.create(line.substring(line.indexOf("http")));
    }

    private static Process start(Map<String, String> environment, String... options) throws IOException {
        List<String> java = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "sandbox");
        ProcessBuilder builder = new ProcessBuilder(
                Stream.concat(java.stream(), Stream.of(options)).toList());
        builder.environment().putAll(environment);
        return builder.start();
    }
}
