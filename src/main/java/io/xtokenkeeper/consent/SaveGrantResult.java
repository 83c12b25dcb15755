package io.xtokenkeeper.consent;

/** Whether and how the grant of a consent was saved. */
enum SaveGrantResult {
    /** Saved; the expected user consented, or any user was accepted. */
    AS_INVITED,
    /** Saved, but not for the expected user: for the already connected account of another user, or as a pending account. */
    BESIDE,
    /** Not saved: another user than the expected one consented, and that user is not connected. */
    NOT_FOR_A_STRANGER,
    /** Not saved: another consent has used the link in the meantime. */
    NOT_WITH_A_USED_LINK
}
