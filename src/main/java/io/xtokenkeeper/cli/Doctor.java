package io.xtokenkeeper.cli;

import java.util.function.Consumer;

/** Looks at everything a keeper needs, with the configuration it would start with. Changes nothing. */
@FunctionalInterface
public interface Doctor {
    /**
     * @param probeCredentials ask X about the client id and secret, with a refresh token that is none
     * @param told each finding, as soon as it is known
     */
    void examine(boolean probeCredentials, Consumer<Finding> told);
}
