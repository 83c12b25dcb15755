package io.xtokenkeeper.cli;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints what the doctor finds, a line each. */
@RegisterForReflection
@Command(
        name = "doctor",
        description = "Checks what the service would start with: run it where the service runs, with its environment.",
        mixinStandardHelpOptions = true)
final class RunDoctor implements Callable<Integer> {
    private final Doctor doctor;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--probe-credentials",
            description =
                    "Ask X whether client id and secret are good, with a refresh token that is none: spends nothing")
    private boolean probeCredentials;

    RunDoctor(Doctor doctor) {
        this.doctor = doctor;
    }

    @Override
    public Integer call() {
        var failures = new ArrayList<Finding>();
        doctor.examine(probeCredentials, finding -> {
            spec.commandLine().getOut().println(finding.line());
            if (finding.isFailure()) {
                failures.add(finding);
            }
        });
        return failures.isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
    }
}
