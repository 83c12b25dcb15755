package io.xtokenkeeper.account;

import java.util.List;
import java.util.Optional;

/**
 * A page of the account list.
 *
 * @param next position where the next page begins; empty for the last page
 */
public record ListedAccounts(List<Account> accounts, Optional<AccountQuery.After> next) {}
