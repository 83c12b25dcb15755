package io.xtokenkeeper.testkit;

import java.io.IOException;

/** Programs of the machine that a test may find or not. */
public final class Programs {
    private Programs() {}

    /** Runs it to its end; false where it fails or is not here. */
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
