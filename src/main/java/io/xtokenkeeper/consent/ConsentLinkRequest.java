package io.xtokenkeeper.consent;

import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.ReturnUrl;
import io.xtokenkeeper.domain.Scopes;
import java.time.Duration;
import java.util.Optional;

/**
 * What a consent link is to be good for.
 *
 * @param expectedUser the only X user whose consent counts; empty for anybody
 * @param scopes what is asked for; empty for the configured ones
 * @param returnTo where the browser goes afterwards; empty for our own page
 * @param purpose why the person is asked, told to them before X's own page
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
