package io.xtokenkeeper.consent;

import io.xtokenkeeper.domain.Secret;
import java.util.HexFormat;

/** Identifies a consent link without revealing its token: the token's SHA-256 in hex. */
public record LinkId(String hex) {
    static LinkId of(Secret token) {
        return new LinkId(HexFormat.of().formatHex(token.sha256()));
    }

    byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }
}
