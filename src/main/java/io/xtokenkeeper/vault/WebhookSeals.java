package io.xtokenkeeper.vault;

import io.xtokenkeeper.crypto.Place;
import io.xtokenkeeper.crypto.Sealed;
import io.xtokenkeeper.crypto.Sealer;
import io.xtokenkeeper.crypto.UnreadableException;
import io.xtokenkeeper.token.Secret;
import jakarta.inject.Singleton;

/** Seals signing secrets for their row, and opens them there. */
@Singleton
class WebhookSeals {
    private static final String TABLE = "webhook";

    private final Sealer sealer;

    WebhookSeals(Sealer sealer) {
        this.sealer = sealer;
    }

    byte[] seal(String webhook, Secret secret) {
        return sealer.seal(secret, current(webhook)).octets();
    }

    byte[] sealPrevious(String webhook, Secret secret) {
        return sealer.seal(secret, previous(webhook)).octets();
    }

    /** @throws UnreadableException where it does not open */
    Secret open(String webhook, byte[] sealed) {
        return sealer.open(new Sealed(sealed), current(webhook));
    }

    /** @throws UnreadableException where it does not open */
    Secret openPrevious(String webhook, byte[] sealed) {
        return sealer.open(new Sealed(sealed), previous(webhook));
    }

    private static Place current(String webhook) {
        return new Place(TABLE, webhook, "secret");
    }

    private static Place previous(String webhook) {
        return new Place(TABLE, webhook, "previous_secret");
    }
}
