package io.xtokenkeeper.security;

import io.xtokenkeeper.domain.Secret;
import jakarta.inject.Singleton;

/** Checks an API key, for API calls and sign-ins, and counts an invalid one against the address that sent it. */
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

    /** @param address the IP address that sent the key */
    KeyCheck check(Secret key, String address) {
        var pause = wrongKeys.pause(address, key);
        if (pause.isPresent()) {
            return new KeyCheck.Throttled(pause.get());
        }
        var checked = verify(key);
        switch (checked) {
            case KeyCheck.Operators() -> wrongKeys.wasGood(address, key);
            case KeyCheck.Good(var found) -> wrongKeys.wasGood(address, key);
            case KeyCheck.Wrong() -> wrongKeys.wasWrong(address);
            case KeyCheck.Throttled(var later) -> {}
        }
        return checked;
    }

    private KeyCheck verify(Secret key) {
        if (operator.matches(key)) {
            return new KeyCheck.Operators();
        }
        return keys.find(key).<KeyCheck>map(KeyCheck.Good::new).orElseGet(KeyCheck.Wrong::new);
    }
}
