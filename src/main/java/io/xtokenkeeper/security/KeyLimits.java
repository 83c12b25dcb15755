package io.xtokenkeeper.security;

import io.xtokenkeeper.domain.AccountId;
import io.xtokenkeeper.domain.PathPattern;
import java.util.Optional;
import java.util.Set;

/**
 * What an API key is limited to, beside its permissions. Each part is empty where the key is not limited in that respect.
 *
 * @param accounts the accounts that are named in the key; a set without any if it names none, but has references
 * @param references it may use the accounts that have one of these references, besides {@code accounts}
 * @param methods the only HTTP methods of calls to X
 * @param paths the only paths of calls to X
 */
public record KeyLimits(
        Optional<Set<AccountId>> accounts,
        Optional<Set<String>> references,
        Optional<Set<String>> methods,
        Optional<Set<PathPattern>> paths) {
    /** The methods that the proxy accepts, and a key may be limited to, as a regular expression. */
    public static final String METHOD = "GET|HEAD|POST|PUT|PATCH|DELETE";

    public static final KeyLimits NONE =
            new KeyLimits(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    public KeyLimits {
        accounts = accounts.or(() -> references.map(any -> Set.of()));
    }

    /** Whether the key is limited in any respect. */
    boolean areAny() {
        return limitAccounts() || limitCalls();
    }

    boolean limitAccounts() {
        return accounts.isPresent();
    }

    /** Whether the calls to X are limited. */
    public boolean limitCalls() {
        return methods.isPresent() || paths.isPresent();
    }

    /**
     * Whether a key with the other limits could use no account beyond those of a key with these. The accounts that a
     * reference has at the moment do not count: a key that names such an account would keep it when the reference is removed.
     */
    boolean coverAccounts(KeyLimits other) {
        return accounts.map(own -> other.accounts.filter(own::containsAll).isPresent()
                        && references.orElse(Set.of()).containsAll(other.references.orElse(Set.of())))
                .orElse(true);
    }

    /** Whether a key with the other limits could make no call to X beyond those of a key with these. */
    boolean coverCalls(KeyLimits other) {
        return methods.map(own -> other.methods.filter(own::containsAll).isPresent())
                        .orElse(true)
                && paths.map(own -> other.paths
                                .filter(theirs -> theirs.stream()
                                        .allMatch(their -> own.stream().anyMatch(each -> each.covers(their))))
                                .isPresent())
                        .orElse(true);
    }

    /** @param path as it is sent to X, without the query */
    boolean mayCall(String method, String path) {
        return methods.map(own -> own.contains(method)).orElse(true)
                && paths.map(own -> own.stream().anyMatch(each -> each.matches(path)))
                        .orElse(true);
    }
}
