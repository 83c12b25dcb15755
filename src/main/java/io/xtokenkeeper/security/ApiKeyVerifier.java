package io.xtokenkeeper.security;

import io.xtokenkeeper.domain.Secret;
import jakarta.inject.Singleton;

/** Tells a good key from a wrong one, for calls and for sign-ins alike, and makes wrong ones cost whoever sends them. */
@Singleton
class ApiKeyVerifier {
    private final AdminKey operator;
    private final ApiKeyCache keys;
    private final AuthenticationThrottle wrongKeys;

    ApiKeyVerifier(AdminKey operator, ApiKeyCache keys, AuthenticationThrottle wrongKeys) {
        this.operator = operator;
        this.keys = keys;
        this.wrongKeys = wrongKeys;
    }

    /** @param address where it came from */
    KeyCheck check(Secret key, String address) {
        var pause = wrongKeys.pause(address, key);
        if (pause.isPresent()) {
            return new KeyCheck.NotNow(pause.get());
        }
        var checked = look(key);
        switch (checked) {
            case KeyCheck.Operators() -> wrongKeys.wasGood(address, key);
            case KeyCheck.Good(var found) -> wrongKeys.wasGood(address, key);
            case KeyCheck.Wrong() -> wrongKeys.wasWrong(address);
            case KeyCheck.NotNow(var later) -> {}
        }
        return checked;
    }

    private KeyCheck look(Secret key) {
        if (operator.matches(key)) {
            return new KeyCheck.Operators();
        }
        return keys.find(key).<KeyCheck>map(KeyCheck.Good::new).orElseGet(KeyCheck.Wrong::new);
    }
}
