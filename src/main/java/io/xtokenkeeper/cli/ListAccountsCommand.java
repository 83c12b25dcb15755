package io.xtokenkeeper.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Reads all pages, and prints each one as it is received. */
@Command(name = "accounts", description = "Lists the accounts.", mixinStandardHelpOptions = true)
final class ListAccountsCommand implements Runnable {
    private static final String PAGE = "/api/v1/accounts?limit=1000";

    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec;

    @Option(names = "--status", paramLabel = "STATUS", description = "Filter: ${COMPLETION-CANDIDATES}")
    private Status status;

    @Option(names = "--json", description = "One JSON object per line, as the API returns them")
    private boolean json;

    enum Status {
        ACTIVE,
        NEEDS_CONSENT
    }

    ListAccountsCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public void run() {
        var keeper = KeeperApiClient.from(environment);
        var out = spec.commandLine().getOut();
        var first = status == null ? PAGE : PAGE + "&status=" + status;
        var page = keeper.get(first);
        if (!json) {
            out.printf("%-20s  %-16s  %-13s  %s%n", "ID", "USERNAME", "STATUS", "TOKEN GOOD UNTIL");
        }
        page.path("accounts").forEach(account -> print(account, out));
        while (page.hasNonNull("next_cursor")) {
            page = keeper.get(first + "&cursor=" + page.path("next_cursor").asText());
            page.path("accounts").forEach(account -> print(account, out));
        }
    }

    private void print(JsonNode account, PrintWriter out) {
        if (json) {
            out.println(account);
            return;
        }
        out.printf(
                "%-20s  %-16s  %-13s  %s%n",
                text(account, "id"),
                text(account, "username"),
                text(account, "status"),
                text(account, "access_expires_at"));
    }

    private static String text(JsonNode account, String field) {
        return account.hasNonNull(field) ? account.path(field).asText() : "-";
    }
}
