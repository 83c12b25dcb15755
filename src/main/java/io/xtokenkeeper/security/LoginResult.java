package io.xtokenkeeper.security;

import io.xtokenkeeper.domain.Secret;
import java.time.Duration;

/** How a try to sign in went. */
public sealed interface LoginResult {
    /** @param session for the browser's cookie, and nothing else */
    record Welcome(Secret session) implements LoginResult {}

    record WrongKey() implements LoginResult {}

    /** Whoever it is, with a good key or from the OpenID provider, may not manage all accounts. */
    record NotAnOperators() implements LoginResult {}

    /** Not looked at: too many wrong keys came from the same address. */
    record NotNow(Duration pause) implements LoginResult {}
}
