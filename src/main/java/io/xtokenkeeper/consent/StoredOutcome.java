package io.xtokenkeeper.consent;

import io.xtokenkeeper.domain.AccountId;
import java.util.Optional;

/**
 * How a consent ended that connected no account, as stored for a repetition of its callback. Contains no id of a user who
 * consented.
 *
 * @param detail what X said; empty if it said nothing
 */
record StoredOutcome(Kind kind, Optional<String> detail) {
    enum Kind {
        DENIED,
        NO_CODE,
        X_FAILED,
        X_BUSY,
        CODE_REFUSED,
        APP_REJECTED,
        NO_ANSWER,
        NO_REFRESH_TOKEN,
        WRONG_USER,
        WRONG_USER_RENEWED,
        UNVERIFIED,
        STORED_AS_PENDING,
        LINK_USED,
        LINK_WITHDRAWN
    }

    /** For a consent at which X issued no token pair, or only a part of one. Empty for every other outcome. */
    static Optional<StoredOutcome> of(CallbackOutcome outcome) {
        return switch (outcome) {
            case CallbackOutcome.Denied() -> of(Kind.DENIED);
            case CallbackOutcome.NoCode() -> of(Kind.NO_CODE);
            case CallbackOutcome.XFailed(var hint) -> of(Kind.X_FAILED, hint);
            case CallbackOutcome.XBusy(var pause) -> of(Kind.X_BUSY);
            case CallbackOutcome.CodeRefused(var hint) -> of(Kind.CODE_REFUSED, hint);
            case CallbackOutcome.AppRejected() -> of(Kind.APP_REJECTED);
            case CallbackOutcome.NoAnswer() -> of(Kind.NO_ANSWER);
            case CallbackOutcome.NoRefreshToken() -> of(Kind.NO_REFRESH_TOKEN);
            case CallbackOutcome.StoredAsPending(var connected) when connected.isEmpty() -> of(Kind.STORED_AS_PENDING);
            default -> Optional.empty();
        };
    }

    /** For a token pair that X issued. Empty if an account was connected. */
    static Optional<StoredOutcome> of(SaveGrantResult result, AccountId id) {
        return switch (result) {
            case SAVED -> Optional.empty();
            case SAVED_FOR_OTHER_ACCOUNT -> of(id.isPending() ? Kind.UNVERIFIED : Kind.WRONG_USER_RENEWED);
            case REJECTED_OTHER_USER -> of(Kind.WRONG_USER);
            case SAVED_LINK_USED, REJECTED_LINK_USED -> of(Kind.LINK_USED);
            case SAVED_LINK_WITHDRAWN, REJECTED_LINK_WITHDRAWN -> of(Kind.LINK_WITHDRAWN);
        };
    }

    private static Optional<StoredOutcome> of(Kind kind) {
        return Optional.of(new StoredOutcome(kind, Optional.empty()));
    }

    private static Optional<StoredOutcome> of(Kind kind, String detail) {
        return Optional.of(new StoredOutcome(kind, Optional.of(detail)));
    }

    /** @param expected the user whom the consent link expects */
    CallbackOutcome outcome(Optional<AccountId> expected) {
        var hint = detail.orElse("");
        return switch (kind) {
            case DENIED -> new CallbackOutcome.Denied();
            case NO_CODE -> new CallbackOutcome.NoCode();
            case X_FAILED -> new CallbackOutcome.XFailed(hint);
            case X_BUSY -> new CallbackOutcome.XBusy(Optional.empty());
            case CODE_REFUSED -> new CallbackOutcome.CodeRefused(hint);
            case APP_REJECTED -> new CallbackOutcome.AppRejected();
            case NO_ANSWER -> new CallbackOutcome.NoAnswer();
            case NO_REFRESH_TOKEN -> new CallbackOutcome.NoRefreshToken();
            case WRONG_USER -> new CallbackOutcome.WrongUser(expected.orElseThrow(), Optional.empty(), false);
            case WRONG_USER_RENEWED -> new CallbackOutcome.WrongUser(expected.orElseThrow(), Optional.empty(), true);
            case UNVERIFIED -> new CallbackOutcome.Unverified(expected.orElseThrow());
            case STORED_AS_PENDING -> new CallbackOutcome.StoredAsPending(Optional.empty());
            case LINK_USED -> new CallbackOutcome.LinkUsed();
            case LINK_WITHDRAWN -> new CallbackOutcome.LinkWithdrawn();
        };
    }
}
