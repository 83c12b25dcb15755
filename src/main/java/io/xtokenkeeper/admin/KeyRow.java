package io.xtokenkeeper.admin;

import io.xtokenkeeper.http.DisplayTime;
import io.xtokenkeeper.security.ApiKey;
import io.xtokenkeeper.security.KeyLimits;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An API key as a row of a list.
 *
 * @param accounts how many it is limited to, with its references
 * @param calls the methods and paths that its calls to X are limited to; empty for all
 */
record KeyRow(
        String id,
        String name,
        Set<String> rights,
        List<String> accounts,
        List<String> calls,
        String state,
        boolean good,
        DisplayTime created,
        Optional<DisplayTime> expires,
        Optional<DisplayTime> used) {
    /** How many references or paths are listed. */
    private static final int SHOWN = 5;

    static KeyRow of(ApiKey key, Instant now) {
        var good = key.isGood(now);
        return new KeyRow(
                key.id(),
                key.name(),
                key.rights(),
                accounts(key.limits()),
                calls(key.limits()),
                good ? "Good" : key.revokedAt().isPresent() ? "Revoked" : "Expired",
                good,
                DisplayTime.of(key.createdAt()),
                key.expiresAt().map(DisplayTime::of),
                key.lastUsedAt().map(DisplayTime::of));
    }

    private static List<String> accounts(KeyLimits limits) {
        if (limits.accounts().isEmpty()) {
            return List.of("all accounts");
        }
        var lines = new ArrayList<String>();
        limits.accounts()
                .filter(ids -> !ids.isEmpty() || limits.references().isEmpty())
                .ifPresent(ids -> lines.add(ids.size() + " accounts"));
        limits.references().ifPresent(references -> lines.add("references: " + first(references)));
        return lines;
    }

    private static List<String> calls(KeyLimits limits) {
        var lines = new ArrayList<String>();
        limits.methods().ifPresent(methods -> lines.add(first(methods)));
        limits.paths().ifPresent(paths -> lines.add(first(paths)));
        return lines;
    }

    private static String first(Collection<?> values) {
        var words = values.stream().map(Object::toString).sorted().toList();
        return String.join(", ", words.subList(0, Math.min(SHOWN, words.size())))
                + (words.size() > SHOWN ? " and " + (words.size() - SHOWN) + " more" : "");
    }
}
