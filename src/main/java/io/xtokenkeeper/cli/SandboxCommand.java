package io.xtokenkeeper.cli;

import io.xtokenkeeper.sandbox.Sandbox;
import io.xtokenkeeper.sandbox.SandboxOptions;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the X simulator in this process until it is stopped. Prints one line with its URL when it is ready. */
@Command(
        name = "sandbox",
        description = {
            "Runs a simulator of X, to try the service without an account there, until it is stopped.",
            "Each option may also be an environment variable: --client-id is SANDBOX_CLIENT_ID."
        },
        mixinStandardHelpOptions = true)
final class SandboxCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "${env:SANDBOX_PORT:-8090}",
            description = "0 for any free one (${DEFAULT-VALUE})")
    private int port;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "${env:SANDBOX_HOST:-127.0.0.1}",
            description = "Where it listens (${DEFAULT-VALUE})")
    private String host;

    @Option(
            names = "--public-url",
            paramLabel = "URL",
            defaultValue = "${env:SANDBOX_PUBLIC_URL}",
            description = "Where browsers find it, if elsewhere")
    private URI publicUrl;

    @Option(
            names = "--client-id",
            paramLabel = "ID",
            defaultValue = "${env:SANDBOX_CLIENT_ID:-" + SandboxOptions.CLIENT_ID + "}",
            description = "The app that is registered (${DEFAULT-VALUE})")
    private String clientId;

    @Option(
            names = "--client-secret",
            paramLabel = "SECRET",
            defaultValue = "${env:SANDBOX_CLIENT_SECRET}",
            description = "Its secret; empty makes it a public client")
    private String clientSecret;

    @Option(
            names = "--redirect-uris",
            paramLabel = "URIS",
            split = "[,\\s]+",
            splitSynopsisLabel = ",",
            defaultValue = "${env:SANDBOX_REDIRECT_URIS}",
            description = "Scopes that it may use, separated by commas; all if not given")
    private List<String> redirectUris;

    @Option(
            names = "--latency-ms",
            paramLabel = "MILLISECONDS",
            defaultValue = "${env:SANDBOX_LATENCY_MS:-0}",
            description = "Delay of each response of the token endpoint (${DEFAULT-VALUE})")
    private long latencyMillis;

    @Option(
            names = "--access-token-life",
            paramLabel = "SECONDS",
            defaultValue = "${env:SANDBOX_ACCESS_TOKEN_LIFE:-7200}",
            description = "How long access tokens are valid (${DEFAULT-VALUE})")
    private long accessTokenLife;

    @Override
    public Integer call() throws InterruptedException {
        try (var sandbox = Sandbox.start(options())) {
            sandbox.update(switches -> switches.withLatency(Duration.ofMillis(latencyMillis)));
            spec.commandLine().getOut().println("X sandbox listens on " + sandbox.url());
            Thread.currentThread().join();
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new CommandException("the sandbox did not start: " + e.getMessage());
        }
        return ExitCode.OK;
    }

    private SandboxOptions options() {
        var options = SandboxOptions.defaults()
                .withPort(port)
                .withHost(host)
                .withClientId(clientId)
                .withClientSecret(Optional.ofNullable(clientSecret).orElse(SandboxOptions.CLIENT_SECRET))
                .withRedirectUris(Optional.ofNullable(redirectUris).orElse(List.of()).stream()
                        .filter(uri -> !uri.isBlank())
                        .toArray(String[]::new))
                .withAccessTokenLife(Duration.ofSeconds(accessTokenLife));
        return publicUrl == null ? options : options.withPublicUrl(publicUrl);
    }
}
