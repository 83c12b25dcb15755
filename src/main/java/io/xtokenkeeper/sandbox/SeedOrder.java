package io.xtokenkeeper.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.xtokenkeeper.sandbox.grants.Scope;
import io.xtokenkeeper.sandbox.grants.SeededGrant;
import io.xtokenkeeper.sandbox.grants.TestUser;
import io.xtokenkeeper.sandbox.grants.UserId;
import java.time.Instant;

/**
 * A request for valid grants, {@code POST /sandbox/grants}: for {@code count} users with consecutive ids.
 *
 * @param foreign whether they are grants of another app, which X does not refresh for ours
 * @param expiresIn life of the access tokens in seconds; refresh tokens have the usual life
 */
record SeedOrder(long count, UserId first, Scope scope, int expiresIn, boolean foreign) {
    static final UserId FIRST = UserId.of("1000000001");

    /**
     * Reads a request; absent members have their defaults.
     *
     * @throws IllegalArgumentException for an invalid value, with a message for the caller
     */
    static SeedOrder read(JsonNode json, int usualLife) {
        return new SeedOrder(
                json.path("count").asLong(1),
                UserId.of(json.path("firstId").asText(FIRST.toString())),
                json.has("scope")
                        ? Scope.parse(json.path("scope").asText())
                                .orElseThrow(() -> new IllegalArgumentException("not a scope"))
                        : Scope.usual(),
                json.path("expiresIn").asInt(usualLife),
                json.path("foreign").asBoolean(false));
    }

    UserId user(long index) {
        return new UserId(first.number() + index);
    }

    /** One line of NDJSON: the issued grant, with the members of a token response, and its user. */
    String line(SeededGrant grant, TestUser person, Instant expiresAt) {
        ObjectNode line = Json.object()
                .put("x_user_id", grant.userId())
                .put("username", person.username())
                .put("access_token", grant.accessToken())
                .put("expires_in", grant.expiresIn())
                .put("expires_at", expiresAt.toString())
                .put("scope", scope.answered());
        return Json.text(scope.offline() ? line.put("refresh_token", grant.refreshToken()) : line) + "\n";
    }
}
