package io.xtokenkeeper.consent;

import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.ReturnUrl;
import io.xtokenkeeper.domain.Scopes;
import java.util.Optional;

/** What a consent link is worth now. */
public sealed interface ConsentLinkLookup {
    /** A consent may be begun with it. */
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

    /** Never made here, or forgotten: links are kept for a while after they expired. */
    record Unknown() implements ConsentLinkLookup {}
}
