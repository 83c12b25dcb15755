package io.xtokenkeeper.webhook;

import io.xtokenkeeper.domain.Secret;
import io.xtokenkeeper.encryption.Ciphertext;
import io.xtokenkeeper.encryption.DecryptionException;
import io.xtokenkeeper.encryption.EncryptionContext;
import io.xtokenkeeper.encryption.EnvelopeCipher;
import jakarta.inject.Singleton;

/** Encrypts and decrypts the signing secrets of a webhook, bound to its row and column. */
@Singleton
class WebhookSecrets {
    private static final String TABLE = "webhook";

    private final EnvelopeCipher cipher;

    WebhookSecrets(EnvelopeCipher cipher) {
        this.cipher = cipher;
    }

    Ciphertext encrypt(String webhook, Secret secret) {
        return cipher.encrypt(secret, current(webhook));
    }

    Ciphertext encryptPrevious(String webhook, Secret secret) {
        return cipher.encrypt(secret, previous(webhook));
    }

    /** @throws DecryptionException if it cannot be decrypted */
    Secret decrypt(String webhook, Ciphertext secret) {
        return cipher.decrypt(secret, current(webhook));
    }

    /** @throws DecryptionException if it cannot be decrypted */
    Secret decryptPrevious(String webhook, Ciphertext secret) {
        return cipher.decrypt(secret, previous(webhook));
    }

    private static EncryptionContext current(String webhook) {
        return new EncryptionContext(TABLE, webhook, "secret");
    }

    private static EncryptionContext previous(String webhook) {
        return new EncryptionContext(TABLE, webhook, "previous_secret");
    }
}
