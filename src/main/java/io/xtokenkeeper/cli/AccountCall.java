package io.xtokenkeeper.cli;

import io.xtokenkeeper.domain.AccountId;

/** Addresses of one account's calls. */
final class AccountCall {
    private static final String ACCOUNTS = "/api/v1/accounts/";

    private AccountCall() {}

    /** @throws CommandException where it cannot be an account's id, which stands in an address as it is */
    static String path(String id, String rest) {
        if (AccountId.parse(id).isEmpty()) {
            throw new CommandException("an account's id is its X user id, digits only; `keeper accounts` lists them");
        }
        return ACCOUNTS + id + rest;
    }
}
