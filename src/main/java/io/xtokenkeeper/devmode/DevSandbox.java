package io.xtokenkeeper.devmode;

import io.xtokenkeeper.sandbox.Sandbox;
import io.xtokenkeeper.sandbox.SandboxOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Starts the sandbox if no X app is configured. It runs until the process ends, through live reloads. */
final class DevSandbox {
    private static final String URL = "keeper-dev.sandbox.url";
    private static final String AUTHORIZE_URL = "keeper-dev.sandbox.authorize-url";

    /** Short, so that a developer can watch tokens being refreshed. */
    private static final Duration TOKEN_LIFE_TO_WATCH = Duration.ofMinutes(2);

    private DevSandbox() {}

    /** Configuration that points to the sandbox. Called often; the first call starts it. */
    static Map<String, String> start(boolean toWatch) {
        synchronized (System.getProperties()) {
            if (System.getProperty(URL) == null) {
                run(toWatch);
            }
        }
        var config = new HashMap<String, String>();
        config.put("CLIENT_ID", SandboxOptions.CLIENT_ID);
        config.put("CLIENT_SECRET", SandboxOptions.CLIENT_SECRET);
        config.put("keeper.x.api-url", System.getProperty(URL));
        config.put("keeper.x.authorize-url", System.getProperty(AUTHORIZE_URL));
        if (toWatch) {
            config.put("keeper.refresh.every", "2s");
            config.put("keeper.refresh.ahead", "75s");
        }
        return config;
    }

    @SuppressWarnings("resource") // it runs until this process ends
    private static void run(boolean toWatch) {
        var options = SandboxOptions.defaults().withPort(0);
        var sandbox = Sandbox.start(toWatch ? options.withAccessTokenLife(TOKEN_LIFE_TO_WATCH) : options);
        System.setProperty(URL, sandbox.url().toString());
        System.setProperty(AUTHORIZE_URL, sandbox.authorizeUrl().toString());
    }

    /** Empty if it was not started. */
    static Optional<String> url() {
        return Optional.ofNullable(System.getProperty(URL));
    }
}
