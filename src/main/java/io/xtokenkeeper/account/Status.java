package io.xtokenkeeper.account;

/** Whether an account's grant lives. Its name is what callers see as {@code status}. */
public sealed interface Status {
    record Active() implements Status {}

    record NeedsConsent(LossReason reason) implements Status {}

    default String name() {
        return switch (this) {
            case Active() -> "ACTIVE";
            case NeedsConsent(var reason) -> "NEEDS_CONSENT";
        };
    }
}
