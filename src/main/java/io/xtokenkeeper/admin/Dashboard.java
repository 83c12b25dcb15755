package io.xtokenkeeper.admin;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What the first page shows to an admin.
 *
 * @param flash the result of the last action
 * @param total number of all accounts, as text
 * @param over number of accounts that need consent, as text; empty if there are none
 * @param next the URL of the next page
 */
record Dashboard(
        Optional<String> flash,
        String total,
        Optional<String> over,
        AccountListParams view,
        List<AccountRow> rows,
        Optional<String> next) {
    /** The URL of the event stream for the accounts on this page. */
    public String live() {
        return rows.stream().map(row -> "account=" + row.id()).collect(Collectors.joining("&", "/live/accounts?", ""));
    }
}
