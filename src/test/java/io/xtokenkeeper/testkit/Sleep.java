package io.xtokenkeeper.testkit;

/** A fixed pause, where a test must see that nothing happens meanwhile. Expected events are awaited with Awaitility. */
public final class Sleep {
    private Sleep() {}

    public static void millis(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
