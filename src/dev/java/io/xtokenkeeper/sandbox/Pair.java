package io.xtokenkeeper.sandbox;

/** The present tokens of a grant, as the token endpoint hands them out. */
final class Pair {
    private final World world;
    private final Grant grant;

    Pair(World world, Grant grant) {
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
