package io.xtokenkeeper.sandbox;

import io.xtokenkeeper.sandbox.grants.Grant;
import io.xtokenkeeper.sandbox.grants.SeededGrant;

/** The current tokens of a grant, as the token endpoint returns them. */
final class Pair {
    private static final LoggedCall.Issue NOT_LOGGED = new LoggedCall.Issue(0, 0, "", "");

    private final SimulatorState world;
    private final Grant grant;

    Pair(SimulatorState world, Grant grant) {
        this.world = world;
        this.grant = grant;
    }

    Answer answer(boolean withRefresh) {
        StringBuilder body = new StringBuilder(384)
                .append("{\"token_type\":\"bearer\",\"expires_in\":")
                .append(expiresIn())
                .append(",\"access_token\":\"")
                .append(world.mint(grant.access()))
                .append("\",\"scope\":\"")
                .append(grant.scope().answered())
                .append('"');
        if (withRefresh && grant.offline()) {
            body.append(",\"refresh_token\":\"")
                    .append(world.mint(grant.refresh()))
                    .append('"');
        }
        return Answer.json(200, body.append('}').toString());
    }

    LoggedCall.Issue issue() {
        if (!world.switches().logCalls()) {
            return NOT_LOGGED;
        }
        return new LoggedCall.Issue(
                grant.access().grant(),
                grant.access().generation(),
                CallLog.fingerprint(world.mint(grant.access())),
                grant.offline() ? CallLog.fingerprint(world.mint(grant.refresh())) : "");
    }

    SeededGrant seeded() {
        return new SeededGrant(
                grant.user().toString(),
                world.mint(grant.access()),
                grant.offline() ? world.mint(grant.refresh()) : "",
                expiresIn());
    }

    private long expiresIn() {
        return grant.access().secondsLeft(world.now());
    }
}
