package io.xtokenkeeper.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Creates a consent link and waits until a user has connected an account with it. */
@Command(
        name = "connect",
        description =
                "Creates a one-time consent link, with its QR code, and waits until a user has connected an account with it.",
        mixinStandardHelpOptions = true)
final class ConnectCommand implements Callable<Integer> {
    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec;

    @Option(names = "--user", paramLabel = "ID", description = "The X user id that must consent")
    private String user;

    @Option(
            names = "--expires-in",
            paramLabel = "SECONDS",
            description = "How long the link is valid and the command waits (${DEFAULT-VALUE})")
    private long expiresIn = 3600;

    @Option(
            names = "--scope",
            paramLabel = "SCOPES",
            description = "Scopes to request instead of the configured ones, in quotes")
    private String scope;

    @Option(names = "--purpose", paramLabel = "WORDS", description = "The purpose, shown to the user on the page")
    private String purpose;

    @Option(names = "--no-wait", description = "Print the link and exit")
    private boolean leave;

    ConnectCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        var keeper = KeeperApiClient.from(environment);
        var filter = user == null ? "" : "&account=" + user;
        var params = KeeperApiClient.JSON
                .createObjectNode()
                .put("expires_in", expiresIn)
                .put("qr", "txt");
        if (user != null) {
            AccountCall.path(user, "");
            params.put("expected_user", user);
        }
        if (scope != null) {
            params.put("scope", scope);
        }
        if (purpose != null) {
            params.put("purpose", purpose);
        }
        // before the link is created, so that no event is missed
        var after = leave ? 0 : new LatestEventFinder(keeper, filter).id();
        var link = keeper.post("/api/v1/consent-links", params);
        // this page first shows the user what is requested, by which app and for what purpose
        print(link.path("page_url").asText());
        print(link.path("qr").asText());
        print("good until " + link.path("expires_at").asText());
        return leave ? ExitCode.OK : await(keeper, filter, after);
    }

    private int await(KeeperApiClient keeper, String filter, long newest) {
        print("waiting for the person; Ctrl+C ends the waiting, not the link");
        var began = System.nanoTime();
        var after = newest;
        while (System.nanoTime() - began < Duration.ofSeconds(expiresIn).toNanos()) {
            var page = keeper.get("/api/v1/events?after=" + after + filter);
            for (var event : page.path("events")) {
                if (isConnected(event)) {
                    return ExitCode.OK;
                }
            }
            after = page.path("next_after").asLong(after);
            Polling.aMoment();
        }
        throw new CommandException("the link was not used");
    }

    private boolean isConnected(JsonNode event) {
        switch (event.path("type").asText()) {
            case "account.connected" -> {
                print("connected: " + event.path("account").asText());
                return true;
            }
            case "consent.refused" ->
                print("not connected yet: " + event.path("detail").asText());
            default -> {}
        }
        return false;
    }

    private void print(String line) {
        spec.commandLine().getOut().println(line);
    }
}
