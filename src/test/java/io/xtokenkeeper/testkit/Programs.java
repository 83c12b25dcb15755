package io.xtokenkeeper.testkit;

import java.io.IOException;

/** Runs programs that may or may not be installed on this machine. */
public final class Programs {
    private Programs() {}

    /** Runs the program to its end; false if it fails or is not installed. */
    public static boolean succeeds(String... command) {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
