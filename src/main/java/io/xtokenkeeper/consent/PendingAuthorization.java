package io.xtokenkeeper.consent;

import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.CodeVerifier;
import io.xtokenkeeper.domain.ReturnUrl;
import io.xtokenkeeper.domain.Scopes;
import java.net.URI;
import java.util.Optional;

/**
 * A consent between our redirect to X and X's redirect back.
 *
 * @param redirectUri as sent to X, to be repeated at the exchange (RFC 6749 §4.1.3) even if the setting changed meanwhile
 * @param scopes as asked for
 * @param link the invitation it was begun with
 * @param expectedUser the only X user whose consent counts
 */
record PendingAuthorization(
        CodeVerifier verifier,
        URI redirectUri,
        Scopes scopes,
        Optional<ReturnUrl> returnTo,
        Optional<LinkId> link,
        Optional<AccountId> expectedUser) {}
