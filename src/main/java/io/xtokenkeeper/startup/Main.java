package io.xtokenkeeper.startup;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.xtokenkeeper.cli.KeeperCli;
import io.xtokenkeeper.diagnostics.Diagnostics;

/** Without arguments the service; with a command the command line, for which nothing of the service is started. */
@QuarkusMain
public final class Main {
    /** Set in native binaries. Quarkus has a name for it, but commands do without Quarkus. */
    private static final String NATIVE = "org.graalvm.nativeimage.imagecode";

    /** More than connections to the database, each of which holds a carrier while a native binary waits for an answer. */
    private static final String CARRIERS = "32";

    private Main() {}

    public static void main(String... arguments) {
        if (System.getProperty(NATIVE) != null) {
            neverRunOutOfCarriers();
        }
        if (arguments.length == 0) {
            Quarkus.run(arguments);
        } else {
            // read once by the JDK, before any of our classes would say it; see egress.Egress
            System.getProperties().putIfAbsent("jdk.http.auth.tunneling.disabledSchemes", "");
            System.exit(KeeperCli.run(new Diagnostics(), System.getenv(), arguments));
        }
    }

    /**
     * In a native binary a virtual thread that waits inside a monitor keeps its carrier, as the driver's do. The JDK's own
     * virtual threads that would wake it need one too: where all are kept, nothing moves until a timeout.
     */
    private static void neverRunOutOfCarriers() {
        System.getProperties().putIfAbsent("jdk.pollerMode", "1");
        System.getProperties().putIfAbsent("jdk.virtualThreadScheduler.parallelism", CARRIERS);
    }
}
