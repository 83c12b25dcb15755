package io.xtokenkeeper.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.xtokenkeeper.sandbox.faults.Endpoint;
import io.xtokenkeeper.sandbox.grants.Grant;
import io.xtokenkeeper.sandbox.grants.TestUser;
import java.net.URI;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** {@code GET /2/users/me}. */
final class MeEndpoint {
    private final SimulatorState world;
    private final URI publicUrl;
    private final RateLimit limit = new RateLimit(75);

    MeEndpoint(SimulatorState world, URI publicUrl) {
        this.world = world;
        this.publicUrl = publicUrl;
    }

    Reply answer(Call call) {
        synchronized (world) {
            Optional<Grant> grant = call.bearer().flatMap(world::grantOfLiveAccess);
            return new FaultInjector(world, Endpoint.ME, grant.map(Grant::user), call.host(), call.bearer())
                    .run(fault -> grant.map(found -> me(found, call.query()))
                            .orElseGet(
                                    () -> Outcome.refused(Problem.UNAUTHORIZED.word(), Problem.UNAUTHORIZED.answer())));
        }
    }

    private Outcome me(Grant grant, Parameters query) {
        if (!grant.scope().holds("tweet.read", "users.read")) {
            return Outcome.refused(Problem.FORBIDDEN.word(), Problem.FORBIDDEN.answer());
        }
        Set<String> fields =
                Arrays.stream(query.get("user.fields").orElse("").split(",")).collect(Collectors.toSet());
        ObjectNode data = all(grant);
        data.retain(with(fields, "id", "name", "username"));
        ObjectNode body = Json.object();
        body.set("data", data);
        return Outcome.ok(Answer.json(200, Json.text(body)).withHeaders(limit.headers(world.now())));
    }

    private ObjectNode all(Grant grant) {
        TestUser person = world.person(grant.user());
        ObjectNode data = Json.object()
                .put("id", person.id())
                .put("name", person.name())
                .put("username", person.username())
                .put("created_at", "2013-12-14T04:35:55.000Z")
                .put("description", "Lives in a sandbox.")
                .put("profile_image_url", publicUrl + "/sandbox/avatars/" + person.id() + ".svg")
                .put("protected", false)
                .put("verified", true)
                .put("verified_type", "blue");
        data.putObject("public_metrics")
                .put("followers_count", 12)
                .put("following_count", 3)
                .put("tweet_count", 45)
                .put("listed_count", 0);
        if (grant.scope().holds("users.email")) {
            data.put("confirmed_email", person.username() + "@sandbox.invalid");
        }
        return data;
    }

    private static Set<String> with(Set<String> fields, String... always) {
        Set<String> all = new HashSet<>(fields);
        all.addAll(Set.of(always));
        return all;
    }
}
