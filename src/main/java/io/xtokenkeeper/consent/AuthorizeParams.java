package io.xtokenkeeper.consent;

import io.xtokenkeeper.domain.BrowserBinding;
import io.xtokenkeeper.domain.Secret;
import java.util.Optional;

/**
 * What a browser asks for at {@code /oauth/authorize}, as it came.
 *
 * @param browser the cookie that browser has from an earlier visit
 * @param operator may whoever asks invite others, and so himself
 */
record AuthorizeParams(
        Optional<String> scope,
        Optional<String> returnTo,
        Optional<Secret> link,
        Optional<BrowserBinding> browser,
        boolean operator) {}
