package io.xtokenkeeper.consent;

import java.time.Instant;
import java.util.Optional;

/** The result of trying to consume a {@code state}. */
sealed interface StateResult {
    /** The state was valid, open and of this browser. It is consumed now. */
    record Consumed(PendingAuthorization authorization) implements StateResult {}

    /** No request has this state: it is forged, or its request was deleted. */
    record Unknown() implements StateResult {}

    /** Another browser started the request, and can still complete it. */
    record WrongBrowser() implements StateResult {}

    /** The same browser has consumed the state before, at this time. */
    record Replayed(Instant first, Origin origin) implements StateResult {}

    record Expired(Origin origin) implements StateResult {}

    /**
     * Where the request came from.
     *
     * @param link the consent link with which it was started
     * @param popup whether the consent takes place in a window that the caller's page opened
     */
    record Origin(Optional<LinkId> link, boolean popup) {}
}
