package io.xtokenkeeper.consent;

import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.CodeVerifier;
import io.xtokenkeeper.domain.ReturnUrl;
import io.xtokenkeeper.domain.Scopes;
import java.net.URI;
import java.util.Optional;

/**
 * An authorization request with its decrypted code verifier.
 *
 * @param redirectUri as sent to X; it must be repeated when the code is exchanged (RFC 6749 §4.1.3), even if the setting
 *     changed in the meantime
 * @param scopes as requested
 * @param link the consent link with which it was started
 * @param expectedUser the only X user whose consent is accepted
 * @param popup whether the consent takes place in a window that the caller's page opened
 */
record PendingAuthorization(
        CodeVerifier verifier,
        URI redirectUri,
        Scopes scopes,
        Optional<ReturnUrl> returnTo,
        Optional<LinkId> link,
        Optional<AccountId> expectedUser,
        boolean popup) {}
