package io.xtokenkeeper.planted.account;

import io.xtokenkeeper.domain.Secret;
import io.xtokenkeeper.planted.domain.KnowsTheVault;
import java.util.Optional;

/** Opens secrets where nobody should: once by a call, once by a reference. */
public abstract class Reveals implements KnowsTheVault {
    String byCall(Secret secret) {
        return secret.reveal();
    }

    Optional<String> byReference(Optional<Secret> secret) {
        return secret.map(Secret::reveal);
    }
}
