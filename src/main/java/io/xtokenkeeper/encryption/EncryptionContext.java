package io.xtokenkeeper.encryption;

import java.nio.charset.StandardCharsets;

/**
 * Where an encrypted value is stored. It is the associated data (AAD) of the encryption, so a value that is moved to another
 * table, row or column cannot be decrypted there.
 */
public record EncryptionContext(String table, String row, String column) {
    byte[] associatedData() {
        return (table + '\0' + row + '\0' + column).getBytes(StandardCharsets.UTF_8);
    }
}
