package io.xtokenkeeper.consent;

import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.Reference;
import io.xtokenkeeper.domain.ReturnUrl;
import io.xtokenkeeper.domain.Scopes;
import java.time.Duration;
import java.util.Optional;

/**
 * The properties of a consent link to be created.
 *
 * @param expectedUser the only X user whose consent is accepted; empty for any user
 * @param scopes the scopes to request in addition to those that the account holds; empty for the configured ones
 * @param returnTo where the browser is redirected afterwards; empty for our own page
 * @param purpose the reason for the request, shown to the user before X's own page
 * @param reference the caller's own id for the user, which the account gets too
 * @param state the caller's value that the redirect to {@code returnTo} gives back
 * @param createdBy the actor as in audit events; empty if the service creates the link itself
 */
public record ConsentLinkRequest(
        Duration expiresIn,
        Optional<AccountId> expectedUser,
        Optional<Scopes> scopes,
        Optional<ReturnUrl> returnTo,
        Optional<String> purpose,
        Optional<Reference> reference,
        Optional<String> state,
        Optional<String> createdBy) {
    /** A link that the service creates itself, for an account that needs consent. */
    static ConsentLinkRequest of(Duration expiresIn, AccountId user, Optional<Scopes> scopes) {
        return new ConsentLinkRequest(
                expiresIn,
                Optional.of(user),
                scopes,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
