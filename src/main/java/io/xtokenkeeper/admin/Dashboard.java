package io.xtokenkeeper.admin;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What the first page shows to an operator.
 *
 * @param told what was just done
 * @param total of all accounts, in words
 * @param over how many need a consent, in words; empty where none does
 * @param next where the next page is
 */
record Dashboard(
        Optional<String> told,
        String total,
        Optional<String> over,
        AccountListParams view,
        List<AccountRow> rows,
        Optional<String> next) {
    /** Where the page hears of changes of the accounts that it shows. */
    public String live() {
        return rows.stream().map(row -> "account=" + row.id()).collect(Collectors.joining("&", "/live/accounts?", ""));
    }
}
