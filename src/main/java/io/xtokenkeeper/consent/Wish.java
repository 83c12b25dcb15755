package io.xtokenkeeper.consent;

import io.xtokenkeeper.token.BrowserKey;
import io.xtokenkeeper.token.Secret;
import java.util.Optional;

/**
 * What a browser asks for at {@code /oauth/authorize}, as it came.
 *
 * @param browser the cookie that browser has from an earlier visit
 * @param operator may whoever asks invite others, and so himself
 */
record Wish(
        Optional<String> scope,
        Optional<String> returnTo,
        Optional<Secret> link,
        Optional<BrowserKey> browser,
        boolean operator) {}
