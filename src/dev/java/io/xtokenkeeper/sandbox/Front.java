package io.xtokenkeeper.sandbox;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** From the socket to the endpoint, and back. Runs on one event loop; waiting is done by timers. */
final class Front {
    private static final Pattern AVATAR = Pattern.compile("/sandbox/avatars/([1-9][0-9]{0,18})\\.svg");
    private static final String STYLE = Template.read("page.css").text();

    private final Vertx vertx;
    private final World world;
    private final URI publicUrl;
    private final TokenEndpoint token;
    private final RevokeEndpoint revoke;
    private final AuthorizeEndpoint authorize;
    private final MeEndpoint me;
    private final ApiEndpoint api;
    private final ControlEndpoint control;

    Front(Vertx vertx, World world, Sandbox sandbox, URI publicUrl) {
        this.vertx = vertx;
        this.world = world;
        this.publicUrl = publicUrl;
        this.token = new TokenEndpoint(world);
        this.revoke = new RevokeEndpoint(world);
        this.authorize = new AuthorizeEndpoint(world, publicUrl);
        this.me = new MeEndpoint(world, publicUrl);
        this.api = new ApiEndpoint(world);
        this.control = new ControlEndpoint(sandbox);
    }

    void handle(HttpServerRequest request) {
        String path = request.path() == null ? "/" : request.path();
        boolean get = request.method().equals(HttpMethod.GET);
        boolean post = request.method().equals(HttpMethod.POST);
        switch (path) {
            case "/2/oauth2/token" -> only(post, request, this::tokenCall);
            case "/2/oauth2/revoke" -> only(post, request, it -> whole(it, call -> deliver(it, revoke.answer(call))));
            case "/2/users/me" -> only(get, request, it -> whole(it, call -> deliver(it, me.answer(call))));
            case "/i/oauth2/authorize" ->
                only(
                        get || post,
                        request,
                        it -> whole(it, call -> deliver(it, get ? authorize.show(call) : authorize.decide(call))));
            case "/.well-known/oauth-authorization-server" ->
                only(get, request, it -> say(it.response(), Metadata.at(publicUrl)));
            case "/sandbox/page.css" -> say(request.response(), new Answer(200, "text/css", STYLE, Map.of()));
            case "/sandbox/grants" -> only(post, request, this::seed);
            case "/" -> say(request.response(), Answer.html(200, Pages.about(publicUrl)));
            default -> elsewhere(request, path);
        }
    }

    private void elsewhere(HttpServerRequest request, String path) {
        Matcher avatar = AVATAR.matcher(path);
        if (avatar.matches()) {
            TestUser person = world.person(UserId.of(avatar.group(1)));
            say(request.response(), new Answer(200, "image/svg+xml", Pages.avatar(person), Map.of()));
        } else if (path.startsWith("/sandbox/")) {
            whole(
                    request,
                    call -> say(
                            request.response(), control.answer(request.method().name(), call)));
        } else if (path.startsWith("/2/")) {
            streamed(request);
        } else {
            say(request.response(), Problem.NOT_FOUND.answer());
        }
    }

    private void tokenCall(HttpServerRequest request) {
        world.ledger().tokenCallBegins();
        request.response().endHandler(ended -> world.ledger().tokenCallEnds());
        whole(request, call -> deliver(request, token.answer(call)));
    }

    private void seed(HttpServerRequest request) {
        request.bodyHandler(body -> {
            try {
                SeedOrder order = SeedOrder.read(
                        Json.read(body.toString()).orElseThrow(() -> new IllegalArgumentException("not a JSON object")),
                        world.accessLife());
                new SeedStream(world, order, request.response()).start();
            } catch (IllegalArgumentException unusable) {
                say(request.response(), ControlEndpoint.refused(unusable.getMessage()));
            }
        });
    }

    private void whole(HttpServerRequest request, Consumer<Call> then) {
        request.bodyHandler(body -> then.accept(call(request, body)));
    }

    private void streamed(HttpServerRequest request) {
        BodyTally tally = new BodyTally();
        request.handler(piece -> tally.add(piece.getBytes()));
        request.endHandler(end -> {
            tally.end();
            deliver(
                    request,
                    api.answer(
                            call(request, Buffer.buffer()),
                            new ApiEndpoint.Streamed(
                                    request.method().name(),
                                    request.query() == null ? "" : request.query(),
                                    headers(request),
                                    tally)));
        });
    }

    private static Call call(HttpServerRequest request, Buffer body) {
        String text = body.toString(StandardCharsets.UTF_8);
        String type = header(request, "Content-Type");
        boolean form = type.regionMatches(true, 0, "application/x-www-form-urlencoded", 0, 33);
        return new Call(
                request.path(),
                request.query() == null ? Parameters.none() : Parameters.ofQuery(request.query()),
                form ? Parameters.ofForm(text) : Parameters.none(),
                text,
                header(request, "Authorization"));
    }

    private static String header(HttpServerRequest request, String name) {
        String value = request.getHeader(name);
        return value == null ? "" : value;
    }

    /** By lower-case name, in the order they came; the token itself is not repeated. */
    private static Map<String, List<String>> headers(HttpServerRequest request) {
        Map<String, List<String>> headers = new TreeMap<>();
        for (String name : request.headers().names()) {
            String key = name.toLowerCase(java.util.Locale.ROOT);
            headers.put(
                    key,
                    key.equals("authorization")
                            ? List.of("Bearer ***")
                            : request.headers().getAll(name));
        }
        return headers;
    }

    private static void only(boolean fits, HttpServerRequest request, Consumer<HttpServerRequest> then) {
        if (fits) {
            then.accept(request);
        } else {
            say(request.response(), new Answer(405, Answer.JSON, "", Map.of()));
        }
    }

    private void deliver(HttpServerRequest request, Reply reply) {
        switch (reply) {
            case Reply.Say say -> after(say.afterMillis(), () -> deliver(request.response(), say));
            case Reply.HangUp hangUp ->
                after(hangUp.afterMillis(), () -> request.connection().close());
            case Reply.Silence silence -> {}
        }
    }

    private static void deliver(HttpServerResponse response, Reply.Say say) {
        if (response.closed()) {
            say.ifUnheard().run();
        } else {
            say(response, say.answer());
        }
    }

    private void after(long millis, Runnable deed) {
        if (millis <= 0) {
            deed.run();
        } else {
            vertx.setTimer(millis, timer -> deed.run());
        }
    }

    private static void say(HttpServerResponse response, Answer answer) {
        response.setStatusCode(answer.status()).putHeader("Content-Type", answer.type());
        answer.headers().forEach(response::putHeader);
        if (answer.type().equals(Answer.HTML)) {
            response.putHeader("Cache-Control", "no-store")
                    .putHeader(
                            "Content-Security-Policy",
                            "default-src 'none'; style-src 'self'; img-src 'self'; "
                                    + "base-uri 'none'; frame-ancestors 'none'");
        }
        response.end(answer.body());
    }
}
