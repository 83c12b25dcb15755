package io.xtokenkeeper.cli;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints an access token and nothing else, so that it can be used in {@code $(…)}. No other command prints one. */
@Command(name = "token", description = "Prints a valid access token and nothing else.", mixinStandardHelpOptions = true)
final class PrintTokenCommand implements Runnable {
    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "ID", description = "The X user id")
    private String id;

    @Option(names = "--min-ttl", paramLabel = "SECONDS", description = "Minimum remaining lifetime (${DEFAULT-VALUE})")
    private int minTtl = 60;

    PrintTokenCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public void run() {
        var answer = KeeperApiClient.from(environment).get(AccountCall.path(id, "/token?min_ttl=" + minTtl));
        spec.commandLine().getOut().println(answer.path("access_token").asText());
    }
}
