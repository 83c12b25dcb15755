package io.xtokenkeeper.sandbox;

import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

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
        Sandbox sandbox = Sandbox.start(options());
        Duration latency = Duration.ofMillis(number("latency-ms", 0));
        sandbox.update(switches -> switches.withLatency(latency));
        return sandbox;
    }

    private SandboxOptions options() {
        SandboxOptions options = SandboxOptions.defaults();
        SandboxOptions given = options.withPort((int) number("port", DEFAULT_PORT))
                .withHost(text("host").orElse(options.address().host()))
                .withClientId(text("client-id").orElse(options.clientId()))
                .withClientSecret(text("client-secret").orElse(options.clientSecret()))
                .withRedirectUris(list("redirect-uris"))
                .withAccessTokenLife(Duration.ofSeconds(
                        number("access-token-life", options.lives().access().toSeconds())));
        return text("public-url").map(URI::create).map(given::withPublicUrl).orElse(given);
    }

    private Optional<String> text(String name) {
        return Optional.ofNullable(settings.get(name));
    }

    private String[] list(String name) {
        return text(name).stream()
                .flatMap(Pattern.compile("[,\\s]+")::splitAsStream)
                .filter(each -> !each.isEmpty())
                .toArray(String[]::new);
    }

    private long number(String name, long otherwise) {
        try {
            return text(name).map(Long::valueOf).orElse(otherwise);
        } catch (NumberFormatException notOne) {
            throw new IllegalArgumentException(name + " wants a number: " + settings.get(name), notOne);
        }
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
