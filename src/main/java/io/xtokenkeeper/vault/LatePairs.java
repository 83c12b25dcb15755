package io.xtokenkeeper.vault;

import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/** Pairs that arrived after the row they were given for had gone. */
@Singleton
public class LatePairs {
    private final PendingAccounts pending;
    private final SaveVerdicts save;
    private final Revocations revocations;

    LatePairs(PendingAccounts pending, SaveVerdicts save, Revocations revocations) {
        this.pending = pending;
        this.save = save;
        this.revocations = revocations;
    }

    /** Saves it at the account that a pending one was merged into; where the account was erased, has it revoked. */
    public void add(Verdict.Rotated late) {
        var moved = late.id().isPending() ? pending.moved(late) : Optional.<Verdict.Rotated>empty();
        if (moved.isPresent()) {
            save.save(List.of(moved.get()));
        } else {
            revocations.add(late);
        }
    }
}
