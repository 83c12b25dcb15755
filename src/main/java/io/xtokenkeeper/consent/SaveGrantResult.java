package io.xtokenkeeper.consent;

/** Whether and how the grant of a consent was saved. */
enum SaveGrantResult {
    /** Saved; the expected user consented, or any user was accepted. */
    SAVED,
    /** Saved, but not for the expected user: for the already connected account of another user, or as a pending account. */
    SAVED_FOR_OTHER_ACCOUNT,
    /** Saved, but the link was used or withdrawn in the meantime: the user may hold a grant that X has ended for this one. */
    SAVED_LINK_USED,
    SAVED_LINK_WITHDRAWN,
    /** Not saved: another user than the expected one consented, and that user is not connected. */
    REJECTED_OTHER_USER,
    /** Not saved: another consent has used the link in the meantime. */
    REJECTED_LINK_USED,
    /** Not saved: the link was withdrawn in the meantime. */
    REJECTED_LINK_WITHDRAWN;

    boolean isSaved() {
        return switch (this) {
            case SAVED, SAVED_FOR_OTHER_ACCOUNT, SAVED_LINK_USED, SAVED_LINK_WITHDRAWN -> true;
            case REJECTED_OTHER_USER, REJECTED_LINK_USED, REJECTED_LINK_WITHDRAWN -> false;
        };
    }
}
