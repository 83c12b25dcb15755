package io.xtokenkeeper.cli;

/** Addresses of one account's calls. */
final class AccountCall {
    private static final String ACCOUNTS = "/api/v1/accounts/";

    private AccountCall() {}

    /** @throws StoppedException where it cannot be an account's id, which stands in an address as it is */
    static String path(String id, String rest) {
        if (!id.matches("[0-9]{1,19}|pending-[A-Za-z0-9_-]{1,64}")) {
            throw new StoppedException("an account's id is its X user id, digits only; `keeper accounts` lists them");
        }
        return ACCOUNTS + id + rest;
    }
}
