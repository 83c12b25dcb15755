package io.xtokenkeeper.admin;

import io.xtokenkeeper.encryption.DataKey;
import io.xtokenkeeper.encryption.KeyRotation;
import io.xtokenkeeper.http.DisplayTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The data keys, the newest first, with the number of values that each encrypts, and the newest key rotation. */
record VaultView(List<Key> keys, Optional<Progress> rotation) {
    /** @param retired since when it encrypts no stored value */
    record Key(int id, DisplayTime created, String masterKey, long values, Optional<DisplayTime> retired) {}

    /** @param percent re-encrypted values, of those that were encrypted with older keys when the rotation began */
    record Progress(
            int key,
            boolean running,
            DisplayTime started,
            Optional<DisplayTime> finished,
            long total,
            long done,
            int percent,
            long unreadable) {}

    static VaultView of(List<DataKey> keys, Map<Integer, Long> counts, Optional<KeyRotation> newest) {
        var all = counts.values().stream().mapToLong(Long::longValue).sum();
        return new VaultView(
                keys.stream()
                        .map(key -> new Key(
                                key.id(),
                                DisplayTime.of(key.createdAt()),
                                key.masterKeyId(),
                                counts.getOrDefault(key.id(), 0L),
                                key.retiredAt().map(DisplayTime::of)))
                        .toList()
                        .reversed(),
                newest.map(rotation -> progress(rotation, all - counts.getOrDefault(rotation.dataKeyId(), 0L))));
    }

    private static Progress progress(KeyRotation rotation, long remaining) {
        var total = rotation.total();
        var done = Math.max(0, total - remaining);
        return new Progress(
                rotation.dataKeyId(),
                rotation.isRunning(),
                DisplayTime.of(rotation.startedAt()),
                rotation.finishedAt().map(DisplayTime::of),
                total,
                done,
                total == 0 || !rotation.isRunning() ? 100 : (int) (100 * done / total),
                rotation.unreadable());
    }
}
