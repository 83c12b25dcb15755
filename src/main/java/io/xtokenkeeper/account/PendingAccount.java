package io.xtokenkeeper.account;

import io.xtokenkeeper.domain.AccessToken;
import io.xtokenkeeper.domain.AccountId;

/**
 * A grant under a provisional id, whose person X is to be asked for.
 *
 * @param tries how often it was, this time included
 */
public record PendingAccount(AccountId id, AccessToken access, int tries) {}
