package io.xtokenkeeper.sandbox;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Every grant ever issued, by number and by user. Guarded by the lock of {@link SimulatorState}. */
final class Grants {
    private final List<Grant> byNumber = new ArrayList<>();
    private final Map<UserId, Grant> newest = new HashMap<>();

    Grant open(UserId user, ClientApp app, Scope scope) {
        Grant grant = new Grant(byNumber.size(), user, app, scope, newest.get(user));
        byNumber.add(grant);
        newest.put(user, grant);
        return grant;
    }

    Grant numbered(int number) {
        return byNumber.get(number);
    }

    /** Newest first. */
    Stream<Grant> of(UserId user) {
        return Stream.iterate(
                        Optional.ofNullable(newest.get(user)),
                        Optional::isPresent,
                        grant -> grant.flatMap(Grant::earlier))
                .flatMap(Optional::stream);
    }

    Stream<Grant> all() {
        return byNumber.stream();
    }

    Set<UserId> users() {
        return newest.keySet();
    }
}
