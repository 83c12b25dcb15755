package io.xtokenkeeper.security;

import io.xtokenkeeper.token.Secret;
import jakarta.inject.Singleton;

/** Tells a good key from a wrong one, for calls and for sign-ins alike, and makes wrong ones cost whoever sends them. */
@Singleton
class CheckKey {
    private final OperatorKey operator;
    private final KeyRegistry keys;
    private final WrongKeys wrongKeys;

    CheckKey(OperatorKey operator, KeyRegistry keys, WrongKeys wrongKeys) {
        this.operator = operator;
        this.keys = keys;
        this.wrongKeys = wrongKeys;
    }

    /** @param address where it came from */
    CheckedKey check(Secret key, String address) {
        var pause = wrongKeys.pause(address, key);
        if (pause.isPresent()) {
            return new CheckedKey.NotNow(pause.get());
        }
        var checked = look(key);
        switch (checked) {
            case CheckedKey.Operators() -> wrongKeys.wasGood(address, key);
            case CheckedKey.Good(var found) -> wrongKeys.wasGood(address, key);
            case CheckedKey.Wrong() -> wrongKeys.wasWrong(address);
            case CheckedKey.NotNow(var later) -> {}
        }
        return checked;
    }

    private CheckedKey look(Secret key) {
        if (operator.matches(key)) {
            return new CheckedKey.Operators();
        }
        return keys.find(key).<CheckedKey>map(CheckedKey.Good::new).orElseGet(CheckedKey.Wrong::new);
    }
}
