package io.xtokenkeeper.privacy;

import io.xtokenkeeper.audit.AuditEventType;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.refresh.DisconnectService;
import io.xtokenkeeper.refresh.DisconnectService.AtX;
import io.xtokenkeeper.security.Caller;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * Erases a person: disconnects the account, and replaces what identifies the person in everything that is kept by a
 * pseudonym. Both are one transaction, so a crash leaves everything or nothing; the grant is revoked at X afterwards.
 */
@Singleton
public class ErasureService {
    private final PersonalDataRepository data;
    private final DisconnectService disconnect;
    private final Caller caller;

    ErasureService(PersonalDataRepository data, DisconnectService disconnect, Caller caller) {
        this.data = data;
        this.disconnect = disconnect;
        this.caller = caller;
    }

    /**
     * Erases the person of this account, whether it is connected or was disconnected before. Idempotent: if nothing is kept
     * under the id, nothing happens and no event is recorded.
     *
     * @return the state of the grant at X
     */
    public AtX erase(AccountId id) {
        var pseudonym = AccountId.pseudonym();
        var proof = caller.doing(
                AuditEventType.ACCOUNT_ERASED, Optional.of(pseudonym), "the history has a pseudonym from now on");
        var erased = data.erase(id, pseudonym, proof);
        var atX = disconnect.revoke(id, erased.flatMap(PersonalDataRepository.Erased::revocation));
        if (erased.map(PersonalDataRepository.Erased::wasConnected).orElse(false)) {
            caller.did(AuditEventType.ACCOUNT_DISCONNECTED, Optional.of(pseudonym), atX.words());
        }
        return atX;
    }
}
