package io.xtokenkeeper.cli;

/** Between two looks at something that takes its time. */
final class Polling {
    private static final long MILLIS = 500;

    private Polling() {}

    static void aMoment() {
        try {
            Thread.sleep(MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException("interrupted");
        }
    }
}
