package io.xtokenkeeper.consent;

import io.xtokenkeeper.consent.ConsentReturn.Result;
import java.util.Optional;

/**
 * How a consent ended, and where the browser goes.
 *
 * @param back set for a consent by a link with {@code return_to}
 */
record CallbackResult(CallbackOutcome outcome, Optional<ConsentReturn> back) {
    static CallbackResult of(CallbackOutcome outcome) {
        return new CallbackResult(outcome, Optional.empty());
    }

    /** The redirect to the caller; empty if our own page is shown, also as long as the result is not known. */
    Optional<String> redirect() {
        return back.flatMap(to -> switch (outcome) {
            case CallbackOutcome.InProgress() -> Optional.empty();
            case CallbackOutcome.Unavailable() -> Optional.empty();
            case CallbackOutcome.NotSaved() -> Optional.empty();
            default -> Optional.of(to.redirect(Result.of(outcome), outcome.connectedAccount()));
        });
    }
}
