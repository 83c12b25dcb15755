package io.xtokenkeeper.consent;

/** What the vault did with the grant of a consent. */
enum SaveGrantResult {
    /** Kept, as the person was invited to. */
    AS_INVITED,
    /** Kept, but not for the user who was invited: their own, already connected account, or an unknown person's. */
    BESIDE,
    /** Not kept: somebody else than the invited user, and not connected here. */
    NOT_FOR_A_STRANGER,
    /** Not kept: the invitation was used up by somebody else meanwhile. */
    NOT_WITH_A_USED_LINK
}
