package io.xtokenkeeper.account;

import io.xtokenkeeper.domain.AccessToken;
import io.xtokenkeeper.domain.AccountId;

/**
 * A grant under a provisional id, whose X user is not known yet.
 *
 * @param access access token to call X's users/me endpoint with
 * @param tries number of calls, including this one
 */
public record PendingAccount(AccountId id, AccessToken access, int tries) {}
