package io.xtokenkeeper.cli;

import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Prints the results of the checks, one line each. */
@Command(
        name = "doctor",
        description = "Checks the environment that the service would start with: run it where the service runs.",
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
    private static final int MAX_PER_SECOND = 50;

    private final Doctor doctor;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--probe-credentials",
            description = "Check client id and secret at X, with an invalid refresh token: spends nothing")
    private boolean probeCredentials;

    @Option(
            names = "--after-restore",
            description = "Then check each account of a restored database at X, before the service is started")
    private boolean afterRestore;

    @Option(
            names = "--spend",
            description = {
                "With --after-restore: try the refresh token where the access token gives no answer.",
                "If it was spent since the backup, X may end the whole grant."
            })
    private boolean spend;

    @Option(
            names = "--per-second",
            paramLabel = "ACCOUNTS",
            description = "With --after-restore: maximum rate (${DEFAULT-VALUE})")
    private int perSecond = 1;

    @Option(names = "--after", paramLabel = "ID", description = "With --after-restore: continue after this account")
    private String after;

    DoctorCommand(Doctor doctor) {
        this.doctor = doctor;
    }

    @Override
    public Integer call() {
        if (!afterRestore && (spend || after != null)) {
            throw wrong("--spend and --after belong to --after-restore");
        }
        if (perSecond < 1 || perSecond > MAX_PER_SECOND) {
            throw wrong("--per-second is 1 to " + MAX_PER_SECOND);
        }
        if (after != null) {
            AccountCall.path(after, "");
        }
        var failures = new ArrayList<CheckResult>();
        doctor.examine(probeCredentials, finding -> {
            spec.commandLine().getOut().println(finding.line());
            if (finding.isFailure()) {
                failures.add(finding);
            }
        });
        if (!failures.isEmpty()) {
            return ExitCode.SOFTWARE;
        }
        return afterRestore
                ? doctor.restoredAccountsCheck(new AfterRestore(spend, perSecond, Optional.ofNullable(after)))
                : ExitCode.OK;
    }

    private ParameterException wrong(String words) {
        return new ParameterException(spec.commandLine(), words);
    }
}
