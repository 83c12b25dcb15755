package io.xtokenkeeper.cli;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Refreshes one account's token pair, without showing it. */
@Command(name = "refresh", description = "Refreshes an account's tokens now.", mixinStandardHelpOptions = true)
final class RefreshCommand implements Runnable {
    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "ID", description = "The X user id")
    private String id;

    RefreshCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public void run() {
        var answer = KeeperApiClient.from(environment).post(AccountCall.path(id, "/refresh"));
        spec.commandLine()
                .getOut()
                .println("refreshed; the access token is good until "
                        + answer.path("expires_at").asText());
    }
}
