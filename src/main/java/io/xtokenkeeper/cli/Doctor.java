package io.xtokenkeeper.cli;

import java.util.function.Consumer;

/** Checks everything that the service needs, with the configuration that it would start with. */
public interface Doctor {
    /**
     * Runs all checks; changes nothing.
     *
     * @param probeCredentials whether to check client id and secret at X, with an invalid refresh token
     * @param report receives each result as soon as it is known
     */
    void examine(boolean probeCredentials, Consumer<CheckResult> report);

    /**
     * Checks all active accounts of a restored database at X, and prints the result for each.
     *
     * @return the process's exit status
     */
    int restoredAccountsCheck(AfterRestore params);
}
