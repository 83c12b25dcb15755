package io.xtokenkeeper.testkit;

import io.xtokenkeeper.sandbox.Sandbox;
import io.xtokenkeeper.sandbox.SandboxOptions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A database, an X simulator and replicas of the packaged service that use them. As a static {@code @RegisterExtension}
 * field it is set up once for the class, as an instance field once for each test. What a test starts is closed after the
 * test, what {@code @BeforeAll} starts after the class, the newest first.
 */
public class TestCluster implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
    private final Supplier<TestPostgres> newDatabase;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private int openBeforeTest;
    private TestPostgres database;
    private Sandbox x;

    /** On a database with the service's schema. */
    public TestCluster() {
        this(TestPostgres::migrated);
    }

    public TestCluster(Supplier<TestPostgres> newDatabase) {
        this.newDatabase = newDatabase;
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        begin();
    }

    @Override
    public void beforeEach(ExtensionContext context) throws Exception {
        openBeforeTest = open.size();
        if (open.isEmpty()) {
            begin();
        }
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        closeAllBut(openBeforeTest);
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        closeAllBut(0);
    }

    private void begin() {
        database = closeLater(newDatabase.get());
        x = closeLater(Sandbox.start(SandboxOptions.defaults().withPort(0)));
    }

    private void closeAllBut(int oldest) throws Exception {
        while (open.size() > oldest) {
            open.removeLast().close();
        }
    }

    public TestPostgres database() {
        return database;
    }

    public Sandbox x() {
        return x;
    }

    /** The default settings of a replica, which a test may change. */
    public Map<String, String> settings() {
        return KeeperProcess.settings(database, x);
    }

    /** @param more settings beside the default ones, names and values in turn */
    public KeeperProcess start(String... more) {
        var settings = settings();
        for (var i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        return start(settings);
    }

    public KeeperProcess start(Map<String, String> settings) {
        return closeLater(KeeperProcess.start(settings));
    }

    /** Closes the resource when a replica that is started now would be closed. */
    public <T extends AutoCloseable> T closeLater(T resource) {
        open.addLast(resource);
        return resource;
    }

    protected boolean hasReplicas() {
        return open.stream().anyMatch(KeeperProcess.class::isInstance);
    }
}
