package io.xtokenkeeper.startup;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.xtokenkeeper.cli.KeeperCli;
import io.xtokenkeeper.diagnostics.Diagnostics;

/** Starts the service if there are no arguments, otherwise the command line, which starts nothing of the service. */
@QuarkusMain
public final class Main {
    /** Set in native binaries. Quarkus has a constant for it, but commands do not load Quarkus. */
    private static final String NATIVE = "org.graalvm.nativeimage.imagecode";

    /**
     * More than the number of database connections, each of which holds a carrier thread while a native binary waits for a
     * result.
     */
    private static final String CARRIERS = "32";

    private Main() {}

    public static void main(String... arguments) {
        if (System.getProperty(NATIVE) != null) {
            neverRunOutOfCarriers();
        }
        if (arguments.length == 0) {
            Quarkus.run(arguments);
        } else {
            // the JDK reads it once, before a class of this service could set it; see egress.Egress
            System.getProperties().putIfAbsent("jdk.http.auth.tunneling.disabledSchemes", "");
            System.exit(KeeperCli.run(new Diagnostics(), System.getenv(), arguments));
        }
    }

    /**
     * Configures the scheduler of virtual threads for native binaries. There, a virtual thread that waits inside a monitor
     * keeps its carrier, as those of the JDBC driver do. The JDK's own virtual threads that would wake it need a carrier
     * too: if all carriers are held, no thread continues before a timeout.
     */
    private static void neverRunOutOfCarriers() {
        System.getProperties().putIfAbsent("jdk.pollerMode", "1");
        System.getProperties().putIfAbsent("jdk.virtualThreadScheduler.parallelism", CARRIERS);
    }
}
