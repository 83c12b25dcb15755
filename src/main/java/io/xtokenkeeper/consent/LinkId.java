package io.xtokenkeeper.consent;

import io.xtokenkeeper.domain.Secret;
import java.util.HexFormat;

/** Names a consent link without giving it away: the SHA-256 of its token, in hex. */
public record LinkId(String hex) {
    static LinkId of(Secret token) {
        return new LinkId(HexFormat.of().formatHex(token.sha256()));
    }

    byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }
}
