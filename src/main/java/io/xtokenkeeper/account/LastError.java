package io.xtokenkeeper.account;

import io.xtokenkeeper.domain.DisplayText;
import java.time.Instant;

/**
 * The last error of an account.
 *
 * @param reason machine-readable code
 * @param detail a sentence for users; contains no secret
 */
public record LastError(String reason, String detail, Instant at) {
    private static final int MAX_DETAIL = 500;

    /** Cleans and shortens the detail to 500 characters, because it quotes X. */
    public LastError {
        detail = DisplayText.line(detail, MAX_DETAIL).orElse("");
    }
}
