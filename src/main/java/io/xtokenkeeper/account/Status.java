package io.xtokenkeeper.account;

/** The status of an account's grant. {@link #name} is the value of {@code status} in the API. */
public sealed interface Status {
    /** The grant is usable and refreshed. */
    record Active() implements Status {}

    /** The grant is unusable; the user must consent again. */
    record NeedsConsent(LossReason reason) implements Status {}

    default String name() {
        return switch (this) {
            case Active() -> "ACTIVE";
            case NeedsConsent(var reason) -> "NEEDS_CONSENT";
        };
    }
}
