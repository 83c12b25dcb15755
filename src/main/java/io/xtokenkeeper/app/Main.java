package io.xtokenkeeper.app;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.xtokenkeeper.cli.Keeper;

/** Without arguments the service; with a command the command line, for which nothing of the service is started. */
@QuarkusMain
public final class Main {
    private Main() {}

    public static void main(String... arguments) {
        if (arguments.length == 0) {
            Quarkus.run(arguments);
        } else {
            System.exit(Keeper.run(new ExamineSetup(), System.getenv(), arguments));
        }
    }
}
