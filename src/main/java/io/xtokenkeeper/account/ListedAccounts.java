package io.xtokenkeeper.account;

import java.util.List;
import java.util.Optional;

/**
 * A page of accounts.
 *
 * @param next where the next page begins; empty where there is none
 */
public record ListedAccounts(List<Account> accounts, Optional<AccountQuery.After> next) {}
