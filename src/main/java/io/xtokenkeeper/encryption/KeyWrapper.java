package io.xtokenkeeper.encryption;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.stream.Stream;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * Wraps data keys with the master key, and unwraps those that this one or the previous one wrapped. A wrapped key is bound
 * to its id: it cannot be unwrapped in another row, so the newest data key cannot be replaced by an old one.
 */
record KeyWrapper(MasterKey master, Optional<MasterKey> previous) {
    /**
     * An unwrapped data key.
     *
     * @param better the same key wrapped as the store should have it; empty if it is stored like that
     */
    record Unwrapped(SecretKey key, Optional<WrappedKey> better) {}

    WrappedKey wrap(int id, byte[] dataKey) {
        return new WrappedKey(id, master.wrap(dataKey, bound(id, master.id())), master.id(), false);
    }

    /**
     * Unwraps a data key.
     *
     * @param mayBeUnbound whether to accept a wrapped key that is not bound to its id, as written when a store could have
     *     one key only
     * @throws WrongMasterKeyException if neither master key wrapped it
     * @throws DecryptionException if its row was changed
     */
    Unwrapped unwrap(WrappedKey key, boolean mayBeUnbound) {
        var fitting = Stream.concat(Stream.of(master), previous.stream())
                .filter(candidate -> candidate.id().equals(key.masterKeyId()))
                .findFirst()
                .orElseThrow(() -> new WrongMasterKeyException(key.masterKeyId(), master.id()));
        try {
            var plain = fitting.unwrap(key.wrapped(), bound(key.id(), fitting.id()));
            var better = fitting.id().equals(master.id()) ? Optional.<WrappedKey>empty() : rewrapped(key, plain);
            return new Unwrapped(secret(plain), better);
        } catch (GeneralSecurityException e) {
            if (mayBeUnbound) {
                return unwrapUnbound(key, fitting);
            }
            throw unreadable(key, e);
        }
    }

    private Unwrapped unwrapUnbound(WrappedKey key, MasterKey fitting) {
        try {
            var plain = fitting.unwrap(key.wrapped(), unbound(fitting.id()));
            return new Unwrapped(secret(plain), rewrapped(key, plain));
        } catch (GeneralSecurityException e) {
            throw unreadable(key, e);
        }
    }

    private Optional<WrappedKey> rewrapped(WrappedKey key, byte[] plain) {
        return Optional.of(wrap(key.id(), plain));
    }

    private static SecretKey secret(byte[] plain) {
        return new SecretKeySpec(plain, "AES");
    }

    private static DecryptionException unreadable(WrappedKey key, GeneralSecurityException cause) {
        return new DecryptionException("data key " + key.id() + " does not open: its row was changed", cause);
    }

    private static byte[] bound(int id, String masterKeyId) {
        return ("data_key\0" + masterKeyId + '\0' + id).getBytes(StandardCharsets.UTF_8);
    }

    static byte[] unbound(String masterKeyId) {
        return ("data_key\0" + masterKeyId).getBytes(StandardCharsets.UTF_8);
    }
}
