package io.xtokenkeeper.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** All commands. Exits with 0 on success, 1 on failure, 2 if the arguments are invalid. */
@Command(
        name = "keeper",
        description = "Command line of x-token-keeper; without a command the service itself is started.",
        mixinStandardHelpOptions = true,
        versionProvider = KeeperCli.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "KEEPER_URL says where the service is (http://localhost:8080), KEEPER_KEY is the API key.",
            "doctor reads the environment of the service instead; sandbox needs neither."
        })
public final class KeeperCli {
    /** The version in the jar's manifest; a native binary reads it at build time. */
    static final class Version implements CommandLine.IVersionProvider {
        private static final String OF_JAR = Optional.ofNullable(
                        KeeperCli.class.getPackage().getImplementationVersion())
                .orElse("unknown");

        @Override
        public String[] getVersion() {
            return new String[] {OF_JAR};
        }
    }

    /** @return the process's exit status */
    public static int run(Doctor doctor, Map<String, String> environment, String... arguments) {
        var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        var err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        return run(doctor, environment, out, err, arguments);
    }

    static int run(
            Doctor doctor, Map<String, String> environment, PrintWriter out, PrintWriter err, String... arguments) {
        return new KeeperCli()
                .commands(doctor, environment)
                .setOut(out)
                .setErr(err)
                .execute(arguments);
    }

    private CommandLine commands(Doctor doctor, Map<String, String> environment) {
        var commands = new CommandLine(this);
        commands.setCaseInsensitiveEnumValuesAllowed(true);
        for (var command : new Object[] {
            new ConnectCommand(environment),
            new ListAccountsCommand(environment),
            new PrintTokenCommand(environment),
            new RefreshCommand(environment),
            new ImportCommand(environment),
            new RotateKeysCommand(environment),
            new DoctorCommand(doctor),
            new SandboxCommand()
        }) {
            commands.addSubcommand(command);
        }
        commands.setExecutionExceptionHandler(KeeperCli::stopped);
        return commands;
    }

    private static int stopped(Exception e, CommandLine command, CommandLine.ParseResult parsed) throws Exception {
        if (!(e instanceof CommandException)) {
            throw e;
        }
        command.getErr().println("keeper: " + e.getMessage());
        return CommandLine.ExitCode.SOFTWARE;
    }
}
