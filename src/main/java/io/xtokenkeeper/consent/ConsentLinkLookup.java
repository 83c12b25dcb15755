package io.xtokenkeeper.consent;

import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.ReturnUrl;
import io.xtokenkeeper.domain.Scopes;
import java.util.Optional;

/** The current state of a consent link. */
public sealed interface ConsentLinkLookup {
    /** A consent can be started with it. */
    record Open(
            LinkId id,
            Optional<AccountId> expectedUser,
            Optional<Scopes> scopes,
            Optional<ReturnUrl> returnTo,
            Optional<String> purpose)
            implements ConsentLinkLookup {}

    /** A consent was completed with it. */
    record Used() implements ConsentLinkLookup {}

    record Expired() implements ConsentLinkLookup {}

    /** Never issued here, or already deleted: links are kept for some time after they expired. */
    record Unknown() implements ConsentLinkLookup {}
}
