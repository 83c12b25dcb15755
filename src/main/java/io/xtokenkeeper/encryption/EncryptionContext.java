package io.xtokenkeeper.encryption;

import java.nio.charset.StandardCharsets;

/**
 * Where a sealed value lives. It is the associated data of the seal, so a value moved to another row or column does not
 * open there.
 */
public record EncryptionContext(String table, String row, String column) {
    byte[] associatedData() {
        return (table + '\0' + row + '\0' + column).getBytes(StandardCharsets.UTF_8);
    }
}
