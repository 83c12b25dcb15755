package io.xtokenkeeper.admin;

import io.xtokenkeeper.account.Account;
import io.xtokenkeeper.account.LastError;
import io.xtokenkeeper.account.LossReason;
import io.xtokenkeeper.account.Status;
import java.util.Optional;

/** What is wrong with an account, and what to do about it. The reasons are those that callers see. */
final class AccountAlert {
    private static final String BY_ITSELF = "Nothing to do: it is tried again by itself, and the grant is kept.";

    private AccountAlert() {}

    static Optional<Alert> of(Account account) {
        return switch (account.status()) {
            case Status.NeedsConsent(var reason) -> Optional.of(over(reason));
            case Status.Active() -> account.lastError().map(AccountAlert::passing);
        };
    }

    private static Alert over(LossReason reason) {
        var next = "Send the person a consent link. Until they consent again there is no token for this account.";
        return switch (reason) {
            case REJECTED_BY_X ->
                Alert.of(
                        "X says the grant is over",
                        "The person took the access back at X, or another program used the refresh token.",
                        next);
            case LOST_IN_FLIGHT ->
                Alert.of(
                        "The new tokens were lost on their way",
                        "X spent the refresh token, but its answer never reached us, so nobody has the new one.",
                        next);
        };
    }

    private static Alert passing(LastError error) {
        var said = error.detail();
        return switch (error.reason()) {
            case "X_BUSY" -> Alert.of("X was busy", "X could not refresh at that moment (" + said + ").", BY_ITSELF);
            case "NO_ANSWER" ->
                Alert.of(
                        "X did not answer",
                        "The refresh token may be spent (" + said + "). One more try will show.",
                        BY_ITSELF);
            case "APP_REFUSED" ->
                Alert.of(
                        "X refuses the app",
                        "X does not take this service's own credentials (" + said + ").",
                        "Compare CLIENT_ID and CLIENT_SECRET with X's developer console. All grants are kept.");
            case "X_REFUSED_REQUEST" ->
                Alert.of(
                        "X refused the request",
                        "X takes what was sent for wrong (" + said + ").",
                        "If it stays like this, look at the log: something between us and X changes what is sent.");
            default -> Alert.of(error.reason(), said, BY_ITSELF);
        };
    }
}
