package io.xtokenkeeper.consent;

import io.xtokenkeeper.domain.Secret;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Identifies a consent link without revealing its token: the token's SHA-256, 64 hexadecimal digits. The token has 256
 * random bits, so it cannot be found by its hash.
 */
public record LinkId(String hex) {
    static LinkId of(Secret token) {
        return new LinkId(HexFormat.of().formatHex(token.sha256()));
    }

    public static Optional<LinkId> parse(String text) {
        return text.matches("[0-9a-f]{64}") ? Optional.of(new LinkId(text)) : Optional.empty();
    }

    byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    @Override
    public String toString() {
        return hex;
    }
}
