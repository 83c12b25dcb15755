package io.xtokenkeeper.cli;

/** The pause between two polls. */
final class Polling {
    private static final long MILLIS = 500;

    private Polling() {}

    static void pause() {
        try {
            Thread.sleep(MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException("interrupted");
        }
    }
}
