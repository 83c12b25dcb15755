package io.xtokenkeeper.sandbox;

import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The sandbox in a process of its own. Every setting is an argument ({@code --port=8090}) or, without one, an environment
 * variable ({@code SANDBOX_PORT}): {@code port}, {@code host}, {@code public-url}, {@code client-id},
 * {@code client-secret} (empty for a public app), {@code redirect-uris} (separated by commas), {@code latency-ms},
 * {@code access-token-life} (seconds). Prints one line with its URL when it is ready, and stays until it is killed.
 */
public final class SandboxMain {
    private static final int DEFAULT_PORT = 8090;

    private final Map<String, String> settings;

    private SandboxMain(Map<String, String> settings) {
        this.settings = settings;
    }

    public static void main(String[] arguments) {
        try {
            Sandbox sandbox = new SandboxMain(settings(arguments, System.getenv())).start();
            Runtime.getRuntime().addShutdownHook(new Thread(sandbox::close));
            System.out.println("X sandbox listens on " + sandbox.url());
        } catch (IllegalArgumentException | IllegalStateException wrong) {
            System.err.println("X sandbox did not start: " + wrong.getMessage());
            System.exit(1);
        }
    }

    private Sandbox start() {
        SandboxOptions[] options = {SandboxOptions.defaults().withPort(DEFAULT_PORT)};
        given("port", text -> options[0] = options[0].withPort(Integer.parseInt(text)));
        given("host", text -> options[0] = options[0].withHost(text));
        given("public-url", text -> options[0] = options[0].withPublicUrl(URI.create(text)));
        given("client-id", text -> options[0] = options[0].withClientId(text));
        given("client-secret", text -> options[0] = options[0].withClientSecret(text));
        given("redirect-uris", text -> options[0] = options[0].withRedirectUris(text.split("[, ]+")));
        given("access-token-life", text -> options[0] = options[0].withAccessTokenLife(seconds(text)));
        Sandbox sandbox = Sandbox.start(options[0]);
        given(
                "latency-ms",
                text -> sandbox.update(switches -> switches.withLatency(Duration.ofMillis(Long.parseLong(text)))));
        return sandbox;
    }

    private void given(String name, Consumer<String> then) {
        if (settings.containsKey(name)) {
            then.accept(settings.get(name));
        }
    }

    private static Duration seconds(String text) {
        return Duration.ofSeconds(Long.parseLong(text));
    }

    static Map<String, String> settings(String[] arguments, Map<String, String> environment) {
        Map<String, String> settings = new HashMap<>();
        environment.forEach((name, value) -> {
            if (name.startsWith("SANDBOX_")) {
                settings.put(
                        name.substring("SANDBOX_".length())
                                .toLowerCase(Locale.ROOT)
                                .replace('_', '-'),
                        value);
            }
        });
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            if (!argument.startsWith("--") || equals < 0) {
                throw new IllegalArgumentException("not --name=value: " + argument);
            }
            settings.put(argument.substring(2, equals), argument.substring(equals + 1));
        }
        return settings;
    }
}
