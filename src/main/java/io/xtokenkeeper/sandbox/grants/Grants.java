package io.xtokenkeeper.sandbox.grants;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Every grant ever issued, by number and by user. Guarded by the lock of the simulator's state. */
public final class Grants {
    private final List<Grant> byNumber = new ArrayList<>();
    private final Map<UserId, Grant> newest = new HashMap<>();

    public Grant open(UserId user, ClientApp app, Scope scope) {
        Grant grant = new Grant(byNumber.size(), user, app, scope, newest.get(user));
        byNumber.add(grant);
        newest.put(user, grant);
        return grant;
    }

    public Grant numbered(int number) {
        return byNumber.get(number);
    }

    /** Newest first. */
    public Stream<Grant> of(UserId user) {
        return Stream.iterate(
                        Optional.ofNullable(newest.get(user)),
                        Optional::isPresent,
                        grant -> grant.flatMap(Grant::earlier))
                .flatMap(Optional::stream);
    }

    public Stream<Grant> all() {
        return byNumber.stream();
    }

    public Set<UserId> users() {
        return newest.keySet();
    }
}
