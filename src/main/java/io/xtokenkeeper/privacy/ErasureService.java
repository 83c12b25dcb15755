package io.xtokenkeeper.privacy;

import io.xtokenkeeper.account.AccountRepository;
import io.xtokenkeeper.audit.AuditEventType;
import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.revocation.DisconnectService;
import io.xtokenkeeper.revocation.DisconnectService.AtX;
import io.xtokenkeeper.security.Caller;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * Deletes what is held about a user: {@link #disconnect} the account alone, or {@link #erase} the person, which also
 * replaces what identifies the person in everything that is kept by a pseudonym. What happens in the database is one
 * transaction, so a crash leaves everything or nothing; the grant is revoked at X afterwards.
 */
@Singleton
public class ErasureService {
    private final PersonalDataRepository data;
    private final AccountRepository accounts;
    private final DisconnectService disconnect;
    private final Caller caller;

    ErasureService(
            PersonalDataRepository data, AccountRepository accounts, DisconnectService disconnect, Caller caller) {
        this.data = data;
        this.accounts = accounts;
        this.disconnect = disconnect;
        this.caller = caller;
    }

    /**
     * Deletes the account and revokes its grant at X; the history stays. Idempotent: if there is no such account, nothing
     * happens and no event is recorded.
     *
     * @return the state of the grant at X
     */
    public AtX disconnect(AccountId id) {
        var reference = accounts.firstReference(id);
        var atX = disconnect.account(id);
        atX.ifPresent(
                state -> caller.record(caller.doing(AuditEventType.ACCOUNT_DISCONNECTED, Optional.of(id), state.words())
                        .through(reference, Optional.empty())));
        return atX.orElse(AtX.REVOKED);
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
            caller.recordEvent(AuditEventType.ACCOUNT_DISCONNECTED, Optional.of(pseudonym), atX.words());
        }
        return atX;
    }
}
