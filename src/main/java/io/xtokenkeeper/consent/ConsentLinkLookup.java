package io.xtokenkeeper.consent;

/** The current state of a consent link. */
public sealed interface ConsentLinkLookup {
    /** A consent can be started with it. */
    record Open(ConsentLink link) implements ConsentLinkLookup {}

    /** A consent was completed with it. */
    record Used() implements ConsentLinkLookup {}

    record Expired() implements ConsentLinkLookup {}

    record Withdrawn() implements ConsentLinkLookup {}

    /** Never issued here, or already deleted: links are kept for some time after they expired. */
    record Unknown() implements ConsentLinkLookup {}
}
