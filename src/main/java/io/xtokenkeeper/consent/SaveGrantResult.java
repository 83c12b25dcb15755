package io.xtokenkeeper.consent;

/** Whether and how the grant of a consent was saved. */
enum SaveGrantResult {
    /** Saved; the expected user consented, or any user was accepted. */
    SAVED,
    /** Saved, but not for the expected user: for the already connected account of another user, or as a pending account. */
    SAVED_FOR_OTHER_ACCOUNT,
    /** Not saved: another user than the expected one consented, and that user is not connected. */
    REJECTED_OTHER_USER,
    /** Not saved: another consent has used the link in the meantime. */
    REJECTED_LINK_USED,
    /** Not saved: the link was withdrawn in the meantime. */
    REJECTED_LINK_WITHDRAWN
}
