package io.xtokenkeeper.admin;

import io.xtokenkeeper.account.Account;
import io.xtokenkeeper.account.LastError;
import io.xtokenkeeper.account.LossReason;
import io.xtokenkeeper.account.Status;
import java.util.Optional;

/** Describes for the admin what is wrong with an account and what to do about it. The reasons are those of the API. */
final class AccountAlert {
    private static final String BY_ITSELF = "Nothing to do: it is retried automatically, and the grant is kept.";

    private AccountAlert() {}

    static Optional<Alert> of(Account account) {
        return switch (account.status()) {
            case Status.NeedsConsent(var reason) -> Optional.of(over(reason));
            case Status.Active() -> account.lastError().map(AccountAlert::temporary);
        };
    }

    private static Alert over(LossReason reason) {
        var next = "Send the user a consent link. There is no token for this account until the user consents again.";
        return switch (reason) {
            case REJECTED_BY_X ->
                Alert.of(
                        "X revoked the grant",
                        "The user revoked the access at X, or another program used the refresh token.",
                        next);
            case LOST_IN_FLIGHT ->
                Alert.of(
                        "New tokens lost in flight",
                        "X accepted the refresh token, but its response did not arrive, so the new token is unknown.",
                        next);
        };
    }

    private static Alert temporary(LastError error) {
        var said = error.detail();
        return switch (error.reason()) {
            case "X_BUSY" -> Alert.of("X was busy", "X could not refresh at that moment (" + said + ").", BY_ITSELF);
            case "NO_ANSWER" ->
                Alert.of(
                        "X did not answer",
                        "The refresh token may be spent (" + said + "). One more attempt will show.",
                        BY_ITSELF);
            case "APP_REFUSED" ->
                Alert.of(
                        "X rejects the app",
                        "X rejects the credentials of this app (" + said + ").",
                        "Compare CLIENT_ID and CLIENT_SECRET with X's developer console. All grants are kept.");
            case "X_REFUSED_REQUEST" ->
                Alert.of(
                        "X rejected the request",
                        "X considers the request invalid (" + said + ").",
                        "If it persists, look at the log: a server between this service and X may change the requests.");
            default -> Alert.of(error.reason(), said, BY_ITSELF);
        };
    }
}
