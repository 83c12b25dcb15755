package io.xtokenkeeper.domain;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Identifies the account that a grant belongs to: X's user id, 1 to 19 digits. While X does not return which user consented,
 * the grant is kept under a provisional id, {@code pending-} and 32 hex digits. After an erasure, what is kept of the person
 * has a pseudonym instead, {@code erased-} and 16 hex digits; {@link #parse} does not accept one.
 */
public record AccountId(String value) {
    /** X's user ids, as a regular expression. */
    public static final String X_USER_ID = "[0-9]{1,19}";

    private static final Pattern X_USER = Pattern.compile(X_USER_ID);
    private static final Pattern PROVISIONAL = Pattern.compile("pending-[0-9a-f]{32}");
    private static final Pattern PSEUDONYM = Pattern.compile("erased-[0-9a-f]{16}");

    public AccountId {
        if (value == null || !(isValid(value) || PSEUDONYM.matcher(value).matches())) {
            throw new IllegalArgumentException("an X user id is 1 to 19 digits");
        }
    }

    /** Empty if {@code text} is not a valid id. */
    public static Optional<AccountId> parse(String text) {
        return isValid(text) ? Optional.of(new AccountId(text)) : Optional.empty();
    }

    /** The provisional id of the grant that {@code token} belongs to. */
    public static AccountId pending(RefreshToken token) {
        return new AccountId("pending-" + token.fingerprint().hex());
    }

    /** A new random pseudonym: nothing about the person follows from it. */
    public static AccountId pseudonym() {
        var random = new byte[8];
        new SecureRandom().nextBytes(random);
        return new AccountId("erased-" + HexFormat.of().formatHex(random));
    }

    public boolean isPending() {
        return PROVISIONAL.matcher(value).matches();
    }

    /** Whether it stands for an erased person. It must not be recorded together with an id or address. */
    public boolean isPseudonym() {
        return PSEUDONYM.matcher(value).matches();
    }

    private static boolean isValid(String text) {
        return text != null
                && (X_USER.matcher(text).matches() || PROVISIONAL.matcher(text).matches());
    }

    @Override
    public String toString() {
        return value;
    }
}
