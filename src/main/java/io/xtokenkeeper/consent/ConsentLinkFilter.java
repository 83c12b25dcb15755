package io.xtokenkeeper.consent;

import io.xtokenkeeper.domain.AccountId;
import java.util.Optional;
import java.util.Set;

/**
 * Which consent links a list shows.
 *
 * @param limits what the caller may see; empty for all links
 */
public record ConsentLinkFilter(
        Optional<String> reference, Optional<ConsentLink.Status> status, Optional<Limits> limits) {
    /** Links with one of these references, or for or by one of these accounts. */
    public record Limits(Set<String> references, Set<AccountId> accounts) {}
}
