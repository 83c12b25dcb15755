package io.xtokenkeeper.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code bin/keeper}, or the binary under test, run in a process of its own. */
public record KeeperCommand(Process process, Path printed) {
    /** What a command printed, on both of its outputs, and its exit status. */
    public record Ended(int status, String out) {}

    public static KeeperCommand start(Map<String, String> environment, String... arguments) {
        var command = new ArrayList<>(List.of(KeeperProcess.BINARY.isEmpty() ? "bin/keeper" : KeeperProcess.BINARY));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("KEEPER_") || name.startsWith("QUARKUS_"));
        builder.environment().putAll(environment);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        try {
            var printed = Files.createTempFile("keeper-command", "");
            return new KeeperCommand(
                    builder.redirectErrorStream(true)
                            .redirectOutput(printed.toFile())
                            .start(),
                    printed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Ended run(Map<String, String> environment, String... arguments) {
        return start(environment, arguments).end();
    }

    /** Waits until the command has ended. */
    public Ended end() {
        try {
            return new Ended(process.waitFor(), out());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What it has printed until now. */
    public String out() {
        try {
            return Files.readString(printed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
