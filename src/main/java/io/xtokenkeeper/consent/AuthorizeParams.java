package io.xtokenkeeper.consent;

import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.BrowserBinding;
import io.xtokenkeeper.domain.Secret;
import java.util.Optional;

/**
 * The parameters of a request to {@code /oauth/authorize}, not validated yet.
 *
 * @param browser the binding from the browser's cookie, if an earlier request has set it
 * @param popup whether the consent takes place in a window that the caller's page opened
 * @param account whose scopes an admin keeps: they are requested too
 * @param operator whether the visitor has the permission {@code manage} and therefore needs no consent link
 */
record AuthorizeParams(
        Optional<String> scope,
        Optional<String> returnTo,
        Optional<Secret> link,
        Optional<BrowserBinding> browser,
        boolean popup,
        Optional<AccountId> account,
        boolean operator) {}
