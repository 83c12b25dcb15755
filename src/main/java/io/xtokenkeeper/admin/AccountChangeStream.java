package io.xtokenkeeper.admin;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import io.xtokenkeeper.account.ChangeBus;
import io.xtokenkeeper.domain.AccountId;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Notifies open pages when an account that they show has changed, on any replica. */
@Singleton
class AccountChangeStream {
    private final Set<Consumer<Optional<AccountId>>> openPages = ConcurrentHashMap.newKeySet();

    AccountChangeStream(ChangeBus changes) {
        changes.onAccount(id -> notifyPages(Optional.of(id)));
        changes.onMissed(() -> notifyPages(Optional.empty()));
    }

    private void notifyPages(Optional<AccountId> changed) {
        openPages.forEach(page -> page.accept(changed));
    }

    /**
     * Changes of these accounts: the account that changed; empty if notifications were missed, so that any of them may have
     * changed.
     */
    Multi<Optional<AccountId>> changesOf(Set<AccountId> shown) {
        return Multi.createFrom()
                .emitter(
                        emitter -> {
                            Consumer<Optional<AccountId>> page = changed -> {
                                if (changed.isEmpty() || shown.contains(changed.get())) {
                                    emitter.emit(changed);
                                }
                            };
                            openPages.add(page);
                            emitter.onTermination(() -> openPages.remove(page));
                        },
                        BackPressureStrategy.BUFFER);
    }
}
