package io.xtokenkeeper.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.xtokenkeeper.sandbox.faults.Endpoint;
import io.xtokenkeeper.sandbox.grants.Grant;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A few {@code /2} calls to test proxied calls with. All require a valid access token; scopes are not checked.
 * {@code /2/echo/…} returns the request as it was received, without the token; {@code /2/bulk} returns a long body.
 */
final class ApiEndpoint {
    /** A call whose body was read completely and not kept. */
    record Streamed(String method, String rawQuery, Map<String, List<String>> headers, BodyTally body) {}

    /** Headers that X sends too, and that are meant only for its own host. */
    private static final Map<String, String> OF_ITS_OWN_HOST = Map.of(
            "Set-Cookie", "guest_id=v1%3A1; Domain=.x.com; Path=/; Secure",
            "Strict-Transport-Security", "max-age=631138519; includeSubdomains",
            "Keep-Alive", "timeout=5");

    private static final int MAX_BULK = 100_000_000;

    private final SimulatorState world;
    private final RateLimit limit = new RateLimit(900);
    private long lastPost = 1_800_000_000_000_000_000L;

    ApiEndpoint(SimulatorState world) {
        this.world = world;
    }

    Reply answer(Call call, Streamed streamed) {
        synchronized (world) {
            Optional<Grant> grant = call.bearer().flatMap(world::grantOfLiveAccess);
            return new FaultInjector(world, Endpoint.API, grant.map(Grant::user), call.host(), call.bearer())
                    .run(fault -> grant.map(found -> answer(call, streamed, found))
                            .orElseGet(() -> refused(Problem.UNAUTHORIZED)));
        }
    }

    private Outcome answer(Call call, Streamed streamed, Grant grant) {
        String route = streamed.method() + ' ' + call.path();
        if (call.path().startsWith("/2/echo")) {
            return Outcome.ok(ok(200, echo(call, streamed, grant)).answer().withHeaders(OF_ITS_OWN_HOST));
        }
        if (route.matches("GET /2/users/[0-9]+/bookmarks")) {
            return ok(200, posts("A post worth keeping"));
        }
        return switch (route) {
            case "POST /2/tweets" -> post(streamed);
            case "GET /2/tweets/search/recent" ->
                ok(200, posts("A post about " + call.query().get("query").orElse("nothing")));
            case "GET /2/bulk" -> bulk(call);
            case "POST /2/media/upload" -> ok(200, uploaded(streamed));
            default -> refused(Problem.NOT_FOUND);
        };
    }

    private Outcome post(Streamed streamed) {
        ObjectNode body = Json.object();
        body.putObject("data")
                .put("id", Long.toString(++lastPost))
                .put(
                        "text",
                        Json.read(streamed.body().text())
                                .map(sent -> sent.path("text").asText())
                                .orElse(""));
        return ok(201, body);
    }

    private ObjectNode posts(String text) {
        ObjectNode body = Json.object();
        body.putArray("data").addObject().put("id", "1799999999999999999").put("text", text);
        body.putObject("meta").put("result_count", 1);
        return body;
    }

    /** Returns as many bytes as the parameter {@code size} requests, at most {@value #MAX_BULK}. */
    private static Outcome bulk(Call call) {
        var size = Integer.parseInt(call.query()
                .get("size")
                .filter(text -> text.matches("[0-9]{1,9}"))
                .orElse("0"));
        return Outcome.ok(new Answer(200, "application/octet-stream", "x".repeat(Math.min(size, MAX_BULK)), Map.of()));
    }

    private static ObjectNode uploaded(Streamed streamed) {
        ObjectNode body = Json.object();
        body.putObject("data")
                .put("id", "1146654567674912769")
                .put("media_key", "3_1146654567674912769")
                .put("size", streamed.body().size())
                .put("sha256", streamed.body().sha256());
        return body;
    }

    private static ObjectNode echo(Call call, Streamed streamed, Grant grant) {
        ObjectNode body = Json.object()
                .put("method", streamed.method())
                .put("path", call.path())
                .put("query", streamed.rawQuery())
                .put("user_id", grant.user().toString());
        body.set("headers", Json.tree(streamed.headers()));
        body.putObject("body")
                .put("size", streamed.body().size())
                .put("sha256", streamed.body().sha256())
                .put("text", streamed.body().text());
        return body;
    }

    private Outcome ok(int status, ObjectNode body) {
        return Outcome.ok(Answer.json(status, Json.text(body)).withHeaders(limit.headers(world.now())));
    }

    private static Outcome refused(Problem problem) {
        return Outcome.refused(problem.word(), problem.answer());
    }

    /** Summary of a streamed body: its size, its SHA-256, and its beginning. */
    static final class BodyTally {
        private static final int KEPT = 65_536;

        private final MessageDigest digest = sha256Digest();
        private final ByteArrayOutputStream beginning = new ByteArrayOutputStream();
        private long size;
        private String hex = "";

        void add(byte[] bytes) {
            size += bytes.length;
            digest.update(bytes);
            beginning.write(bytes, 0, Math.min(bytes.length, KEPT - beginning.size()));
        }

        void end() {
            hex = HexFormat.of().formatHex(digest.digest());
        }

        long size() {
            return size;
        }

        String sha256() {
            return hex;
        }

        /** The first 64 KiB, decoded as UTF-8. */
        String text() {
            return beginning.toString(UTF_8);
        }

        private static MessageDigest sha256Digest() {
            try {
                return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }
}
