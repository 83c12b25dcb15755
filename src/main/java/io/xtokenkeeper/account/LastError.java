package io.xtokenkeeper.account;

import io.xtokenkeeper.domain.DisplayText;
import java.time.Instant;

/**
 * What went wrong last with an account.
 *
 * @param reason a fixed word, for machines
 * @param detail a sentence, for people; never quotes a secret
 */
public record LastError(String reason, String detail, Instant at) {
    private static final int MAX_DETAIL = 500;

    /** The detail is made fit to be stored: it quotes X. */
    public LastError {
        detail = DisplayText.line(detail, MAX_DETAIL).orElse("");
    }
}
