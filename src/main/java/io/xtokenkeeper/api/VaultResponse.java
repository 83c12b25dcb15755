package io.xtokenkeeper.api;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.xtokenkeeper.encryption.DataKey;
import io.xtokenkeeper.encryption.KeyRotation;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The data keys, how many values each encrypts, and the newest key rotation, as JSON. */
@RegisterForReflection
@Schema(name = "Vault")
record VaultResponse(
        List<KeyJson> keys,

        @Schema(description = "Values under data keys that are not here; they cannot be read")
        long valuesUnderUnknownKeys,

        @Schema(nullable = true, description = "The last one, running or finished; null where no key was ever added")
        RotationJson rotation) {
    @RegisterForReflection
    @Schema(name = "DataKey")
    record KeyJson(
            int id,
            Instant createdAt,

            @Schema(description = "The master key that wraps it")
            String masterKeyId,

            @Schema(description = "Ciphertext values under it")
            long values,

            @Schema(nullable = true, description = "Since when nothing has been under it; null where something is")
            Instant retiredAt) {}

    @RegisterForReflection
    @Schema(name = "Rotation")
    record RotationJson(
            @Schema(description = "The data key that was added, with which values are re-encrypted")
            int key,

            @Schema(enumeration = {"RUNNING", "FINISHED"}) String status,

            Instant startedAt,

            @Schema(nullable = true) Instant finishedAt,

            @Schema(description = "Values that were under older keys when it began")
            long total,

            long done,

            @Schema(description = "Values that cannot be decrypted and are left unchanged, as the last walk found them")
            long unreadable) {
        private static RotationJson of(KeyRotation rotation, long remaining) {
            return new RotationJson(
                    rotation.dataKeyId(),
                    rotation.isRunning() ? "RUNNING" : "FINISHED",
                    rotation.startedAt(),
                    rotation.finishedAt().orElse(null),
                    rotation.total(),
                    Math.max(0, rotation.total() - remaining),
                    rotation.unreadable());
        }
    }

    static VaultResponse of(List<DataKey> keys, Map<Integer, Long> counts, Optional<KeyRotation> rotation) {
        var known = keys.stream().map(key -> of(key, counts)).toList();
        var all = counts.values().stream().mapToLong(Long::longValue).sum();
        return new VaultResponse(
                known,
                all - known.stream().mapToLong(KeyJson::values).sum(),
                rotation.map(newest -> RotationJson.of(newest, all - counts.getOrDefault(newest.dataKeyId(), 0L)))
                        .orElse(null));
    }

    private static KeyJson of(DataKey key, Map<Integer, Long> counts) {
        return new KeyJson(
                key.id(),
                key.createdAt(),
                key.masterKeyId(),
                counts.getOrDefault(key.id(), 0L),
                key.retiredAt().orElse(null));
    }
}
