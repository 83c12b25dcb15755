package io.xtokenkeeper.webhook;

import io.xtokenkeeper.encryption.Ciphertext;
import io.xtokenkeeper.encryption.DecryptionException;
import io.xtokenkeeper.encryption.EnvelopeCipher;
import io.xtokenkeeper.encryption.Place;
import io.xtokenkeeper.token.Secret;
import jakarta.inject.Singleton;

/** Encrypts signing secrets for their row, and decrypts them there. */
@Singleton
class WebhookSecrets {
    private static final String TABLE = "webhook";

    private final EnvelopeCipher sealer;

    WebhookSecrets(EnvelopeCipher sealer) {
        this.sealer = sealer;
    }

    Ciphertext encrypt(String webhook, Secret secret) {
        return sealer.seal(secret, current(webhook));
    }

    Ciphertext encryptPrevious(String webhook, Secret secret) {
        return sealer.seal(secret, previous(webhook));
    }

    /** @throws DecryptionException where it cannot be decrypted */
    Secret decrypt(String webhook, Ciphertext secret) {
        return sealer.open(secret, current(webhook));
    }

    /** @throws DecryptionException where it cannot be decrypted */
    Secret decryptPrevious(String webhook, Ciphertext secret) {
        return sealer.open(secret, previous(webhook));
    }

    private static Place current(String webhook) {
        return new Place(TABLE, webhook, "secret");
    }

    private static Place previous(String webhook) {
        return new Place(TABLE, webhook, "previous_secret");
    }
}
