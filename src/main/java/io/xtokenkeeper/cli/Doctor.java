package io.xtokenkeeper.cli;

import java.util.function.Consumer;

/** Looks at everything a keeper needs, with the configuration it would start with. */
public interface Doctor {
    /**
     * Changes nothing.
     *
     * @param probeCredentials ask X about the client id and secret, with a refresh token that is none
     * @param told each finding, as soon as it is known
     */
    void examine(boolean probeCredentials, Consumer<CheckResult> told);

    /**
     * Asks X about all accounts of a database that comes from a backup, and prints what it says of each.
     *
     * @return the process's exit status
     */
    int restoredAccountsCheck(AfterRestore wish);
}
