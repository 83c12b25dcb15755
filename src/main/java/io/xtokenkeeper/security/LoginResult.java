package io.xtokenkeeper.security;

import io.xtokenkeeper.domain.Secret;
import java.time.Duration;

/** The result of a sign-in. */
public sealed interface LoginResult {
    /** @param session the secret for the browser's cookie, must not be used elsewhere */
    record Welcome(Secret session) implements LoginResult {}

    record WrongKey() implements LoginResult {}

    /**
     * The key is valid, or the OpenID provider has authenticated the user, but without permission to manage all accounts.
     */
    record NotAnOperators() implements LoginResult {}

    /** Not checked: too many invalid keys came from the same address. */
    record Throttled(Duration pause) implements LoginResult {}
}
