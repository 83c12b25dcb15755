package io.xtokenkeeper.devmode;

import java.io.IOException;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;

/**
 * Chooses the database of dev mode and tests: the configured one; otherwise a container, by Quarkus' dev service, if a
 * Docker engine responds and has the image or can pull it; otherwise an embedded PostgreSQL.
 *
 * <p>Called many times in one JVM, by several class loaders; the first choice is kept, in system properties.
 */
final class DevDatabase {
    private static final String CHOICE = "keeper-dev.database.choice";
    private static final String URL = "keeper-dev.database.url";
    static final String DEFAULT_IMAGE = "postgres:17";
    private static final int ANSWER_SECONDS = 5;
    private static final int PULL_SECONDS = 120;

    private DevDatabase() {}

    /**
     * Configuration for the chosen database.
     *
     * @param params {@code auto}, {@code docker} or {@code embedded}
     * @param image of the container
     * @param configured whether a URL is configured
     */
    static Map<String, String> choose(String params, String image, boolean configured) {
        synchronized (System.getProperties()) {
            if (System.getProperty(CHOICE) == null) {
                decide(params, image, configured);
            }
        }
        var url = System.getProperty(URL);
        if (url != null) {
            return Map.of(
                    "quarkus.datasource.jdbc.url", url,
                    "quarkus.datasource.username", "postgres",
                    "quarkus.datasource.password", "postgres");
        }
        return configured
                ? Map.of()
                : Map.of(
                        "quarkus.datasource.devservices.enabled",
                        "true",
                        "quarkus.datasource.devservices.image-name",
                        image);
    }

    /** The chosen database, for the log. */
    static String choice() {
        return System.getProperty(CHOICE, "as configured");
    }

    private static void decide(String params, String image, boolean configured) {
        if (configured) {
            System.setProperty(CHOICE, "as configured by quarkus.datasource.jdbc.url");
        } else if (params.equals("docker") || (params.equals("auto") && dockerCanRun(image))) {
            System.setProperty(CHOICE, image + " in a container, by Quarkus' dev service");
        } else {
            System.setProperty(URL, startEmbedded());
            System.setProperty(
                    CHOICE, "embedded PostgreSQL, " + System.getProperty(URL) + ", gone when this process ends");
        }
    }

    private static boolean dockerCanRun(String image) {
        return succeeds(ANSWER_SECONDS, "docker", "info")
                && (succeeds(ANSWER_SECONDS, "docker", "image", "inspect", image)
                        || succeeds(PULL_SECONDS, "docker", "pull", "--quiet", image));
    }

    private static boolean succeeds(int seconds, String... command) {
        try {
            var process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            var ended = process.waitFor(seconds, TimeUnit.SECONDS);
            process.destroyForcibly();
            return ended && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static String startEmbedded() {
        return ServiceLoader.load(EmbeddedDatabase.class, DevDatabase.class.getClassLoader())
                .findFirst()
                .orElseThrow()
                .start();
    }
}
