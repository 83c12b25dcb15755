package io.xtokenkeeper.cli;

import com.fasterxml.jackson.databind.JsonNode;
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

    @Option(names = "--reference", paramLabel = "ID", description = "Your own id for the user; the account gets it too")
    private String reference;

    @Option(names = "--no-wait", description = "Print the link and exit")
    private boolean leave;

    ConnectCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        var keeper = KeeperApiClient.from(environment);
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
        if (reference != null) {
            params.put("reference", reference);
        }
        var link = keeper.post("/api/v1/consent-links", params);
        // this page first shows the user what is requested, by which app and for what purpose
        print(link.path("page_url").asText());
        print(link.path("qr").asText());
        print("good until " + link.path("expires_at").asText());
        return leave ? ExitCode.OK : await(keeper, link.path("id").asText());
    }

    private int await(KeeperApiClient keeper, String id) {
        print("waiting for the person; Ctrl+C ends the waiting, not the link");
        var last = "";
        while (true) {
            var link = keeper.get("/api/v1/consent-links/" + id);
            var status = link.path("status").asText();
            switch (status) {
                case "CONNECTED" -> {
                    print("connected: " + link.path("account").asText());
                    return ExitCode.OK;
                }
                case "EXPIRED" -> throw new CommandException("the link was not used");
                case "WITHDRAWN" -> throw new CommandException("the link was withdrawn");
                default -> last = report(link, status, last);
            }
            Polling.pause();
        }
    }

    /** After a refusal the link still works, so it is reported once and the command goes on waiting. */
    private String report(JsonNode link, String status, String last) {
        var now = switch (status) {
            case "STARTED" -> "the user continued to X";
            case "DECLINED" -> "not connected yet: the user declined";
            case "FAILED" -> "not connected yet: " + link.path("error").asText();
            default -> "";
        };
        if (!now.isEmpty() && !now.equals(last)) {
            print(now);
        }
        return now;
    }

    private void print(String line) {
        spec.commandLine().getOut().println(line);
    }
}
