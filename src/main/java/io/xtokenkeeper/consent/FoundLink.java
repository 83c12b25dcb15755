package io.xtokenkeeper.consent;

import io.xtokenkeeper.token.AccountId;
import io.xtokenkeeper.token.ReturnTo;
import io.xtokenkeeper.token.Scopes;
import java.util.Optional;

/** What a consent link is worth now. */
public sealed interface FoundLink {
    /** A consent may be begun with it. */
    record Open(
            LinkId id,
            Optional<AccountId> expectedUser,
            Optional<Scopes> scopes,
            Optional<ReturnTo> returnTo,
            Optional<String> purpose)
            implements FoundLink {}

    /** A consent was completed with it. */
    record Used() implements FoundLink {}

    record Expired() implements FoundLink {}

    /** Never made here, or forgotten: links are kept for a while after they expired. */
    record Unknown() implements FoundLink {}
}
