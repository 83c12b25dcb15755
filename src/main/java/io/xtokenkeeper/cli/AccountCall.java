package io.xtokenkeeper.cli;

import io.xtokenkeeper.domain.AccountId;

/** Paths of the API calls for one account. */
final class AccountCall {
    private static final String ACCOUNTS = "/api/v1/accounts/";

    private AccountCall() {}

    /** @throws CommandException if {@code id} is not a valid account id; a valid one needs no encoding in a path */
    static String path(String id, String rest) {
        if (AccountId.parse(id).isEmpty()) {
            throw new CommandException("an account's id is its X user id, digits only; `keeper accounts` lists them");
        }
        return ACCOUNTS + id + rest;
    }
}
