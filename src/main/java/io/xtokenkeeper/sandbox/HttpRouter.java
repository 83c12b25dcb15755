package io.xtokenkeeper.sandbox;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.xtokenkeeper.sandbox.grants.TestUser;
import io.xtokenkeeper.sandbox.grants.UserId;
import java.net.URI;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Routes requests to endpoints and writes their responses. Runs on one event loop; delays use timers. */
final class HttpRouter {
    private static final Pattern AVATAR = Pattern.compile("/sandbox/avatars/([1-9][0-9]{0,18})\\.svg");
    private static final String STYLE = Template.read("page.css").text();

    private final ResponseWriter deliver;
    private final SimulatorState world;
    private final URI publicUrl;
    private final TokenEndpoint token;
    private final RevokeEndpoint revoke;
    private final AuthorizeEndpoint authorize;
    private final MeEndpoint me;
    private final ApiEndpoint api;
    private final ControlEndpoint control;

    HttpRouter(Vertx vertx, SimulatorState world, Sandbox sandbox, URI publicUrl) {
        this.deliver = new ResponseWriter(vertx);
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
            case "/2/oauth2/revoke" ->
                only(post, request, it -> whole(it, call -> deliver.to(it, revoke.answer(call))));
            case "/2/users/me" -> only(get, request, it -> whole(it, call -> deliver.to(it, me.answer(call))));
            case "/i/oauth2/authorize" ->
                only(
                        get || post,
                        request,
                        it -> whole(it, call -> deliver.to(it, get ? authorize.show(call) : authorize.decide(call))));
            case "/.well-known/oauth-authorization-server" ->
                only(
                        get,
                        request,
                        it -> ResponseWriter.say(it.response().putHeader("Date", date()), Metadata.at(publicUrl)));
            case "/sandbox/page.css" ->
                ResponseWriter.say(request.response(), new Answer(200, "text/css", STYLE, Map.of()));
            case "/sandbox/grants" -> only(post, request, this::seed);
            case "/" -> ResponseWriter.say(request.response(), Answer.html(200, Pages.about(publicUrl)));
            default -> elsewhere(request, path);
        }
    }

    private void elsewhere(HttpServerRequest request, String path) {
        Matcher avatar = AVATAR.matcher(path);
        if (avatar.matches()) {
            TestUser person = world.person(UserId.of(avatar.group(1)));
            ResponseWriter.say(request.response(), new Answer(200, "image/svg+xml", Pages.avatar(person), Map.of()));
        } else if (path.startsWith("/sandbox/")) {
            whole(
                    request,
                    call -> ResponseWriter.say(
                            request.response(), control.answer(request.method().name(), call)));
        } else if (path.startsWith("/2/")) {
            streamed(request);
        } else {
            ResponseWriter.say(request.response(), Problem.NOT_FOUND.answer());
        }
    }

    private String date() {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(
                world.clock().instant().atOffset(ZoneOffset.UTC));
    }

    private void tokenCall(HttpServerRequest request) {
        world.ledger().tokenCallBegins();
        request.response().endHandler(ended -> world.ledger().tokenCallEnds());
        whole(request, call -> deliver.to(request, token.answer(call)));
    }

    private void seed(HttpServerRequest request) {
        request.bodyHandler(body -> {
            try {
                SeedOrder order = SeedOrder.read(
                        Json.read(body.toString()).orElseThrow(() -> new IllegalArgumentException("not a JSON object")),
                        world.accessLife());
                new SeedStream(world, order, request.response()).start();
            } catch (IllegalArgumentException unusable) {
                ResponseWriter.say(request.response(), ControlEndpoint.refused(unusable.getMessage()));
            }
        });
    }

    private void whole(HttpServerRequest request, Consumer<Call> then) {
        request.bodyHandler(body -> then.accept(ReadCall.from(request, body)));
    }

    private void streamed(HttpServerRequest request) {
        ApiEndpoint.BodyTally tally = new ApiEndpoint.BodyTally();
        request.handler(piece -> tally.add(piece.getBytes()));
        request.endHandler(end -> {
            tally.end();
            deliver.to(request, api.answer(ReadCall.from(request, Buffer.buffer()), ReadCall.streamed(request, tally)));
        });
    }

    private static void only(boolean fits, HttpServerRequest request, Consumer<HttpServerRequest> then) {
        if (fits) {
            then.accept(request);
        } else {
            ResponseWriter.say(request.response(), new Answer(405, Answer.JSON, "", Map.of()));
        }
    }
}
