package io.xtokenkeeper.testkit;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/** Defaults of Awaitility for all tests; JUnit finds this class by its entry in {@code META-INF/services}. */
public final class AwaitilityDefaults implements LauncherSessionListener {
    private static final Duration POLL_INTERVAL = Duration.ofMillis(20);

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        Awaitility.setDefaultPollInterval(POLL_INTERVAL);
        Awaitility.setDefaultPollDelay(Duration.ZERO);
        // the stack trace of a condition that throws contains the test
        Awaitility.pollInSameThread();
        // some tests break connections that other threads use
        Awaitility.doNotCatchUncaughtExceptionsByDefault();
    }
}
