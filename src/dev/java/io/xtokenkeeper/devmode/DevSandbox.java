package io.xtokenkeeper.devmode;

import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import java.util.Map;
import org.jboss.logging.Logger;

/** Starts the sandbox where no X app is configured. It lives as long as the process, through live reloads. */
public class DevSandbox {
    private static final Logger LOG = Logger.getLogger(DevSandbox.class);
    private static final String URL = "keeper-dev.sandbox.url";

    private DevSandbox() {}

    static Map<String, String> start() {
        return Map.of();
    }

    void say(@Observes StartupEvent event) {}
}
