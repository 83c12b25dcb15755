package io.xtokenkeeper.consent;

import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.ReturnUrl;
import io.xtokenkeeper.domain.Scopes;
import java.time.Duration;
import java.util.Optional;

/**
 * The properties of a consent link to be created.
 *
 * @param expectedUser the only X user whose consent is accepted; empty for any user
 * @param scopes the scopes to request; empty for the configured ones
 * @param returnTo where the browser is redirected afterwards; empty for our own page
 * @param purpose the reason for the request, shown to the user before X's own page
 */
public record ConsentLinkRequest(
        Duration expiresIn,
        Optional<AccountId> expectedUser,
        Optional<Scopes> scopes,
        Optional<ReturnUrl> returnTo,
        Optional<String> purpose) {
    public static ConsentLinkRequest of(Duration expiresIn) {
        return new ConsentLinkRequest(
                expiresIn, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    public ConsentLinkRequest expecting(AccountId user) {
        return new ConsentLinkRequest(expiresIn, Optional.of(user), scopes, returnTo, purpose);
    }

    public ConsentLinkRequest asking(Scopes wanted) {
        return new ConsentLinkRequest(expiresIn, expectedUser, Optional.of(wanted), returnTo, purpose);
    }

    public ConsentLinkRequest returningTo(ReturnUrl path) {
        return new ConsentLinkRequest(expiresIn, expectedUser, scopes, Optional.of(path), purpose);
    }
}
