package io.xtokenkeeper.domain;

import java.util.Base64;
import java.util.regex.Pattern;

/** A PKCE code verifier (RFC 7636 §4.1): 43 to 128 unreserved characters, created for each authorization request. */
public record CodeVerifier(Secret value) {
    private static final int BYTES = 48;
    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9._~-]{43,128}");

    public CodeVerifier {
        if (!SHAPE.matcher(value.reveal()).matches()) {
            throw new IllegalArgumentException("a code verifier is 43 to 128 unreserved characters");
        }
    }

    /** 64 characters with 384 random bits. */
    public static CodeVerifier random() {
        return new CodeVerifier(Secret.random(BYTES));
    }

    /** RFC 7636 §4.2, method S256: {@code BASE64URL(SHA256(ASCII(verifier)))} without padding. */
    public String challenge() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(value.sha256());
    }
}
