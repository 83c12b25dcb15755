package io.xtokenkeeper.sandbox;

import io.xtokenkeeper.sandbox.faults.Endpoint;
import io.xtokenkeeper.sandbox.grants.UserId;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** {@code /i/oauth2/authorize}: shows the consent page, and redirects the user back to the app with a code or an error. */
final class AuthorizeEndpoint {
    private final SimulatorState world;
    private final URI publicUrl;

    AuthorizeEndpoint(SimulatorState world, URI publicUrl) {
        this.world = world;
        this.publicUrl = publicUrl;
    }

    /** An invalid request is never redirected, because its sender cannot be trusted. */
    Reply show(Call call) {
        synchronized (world) {
            return Reply.now(
                    switch (AuthorizeRequest.check(call.query(), world)) {
                        case AuthorizeRequest.Bad bad -> wrong(bad.reason());
                        case AuthorizeRequest.Good good -> {
                            world.ledger().count(Endpoint.AUTHORIZE, "shown");
                            yield Answer.html(
                                    200,
                                    Pages.consent(
                                            good.request(), world.options().users()));
                        }
                    });
        }
    }

    Reply decide(Call call) {
        synchronized (world) {
            return Reply.now(
                    switch (AuthorizeRequest.check(call.form(), world)) {
                        case AuthorizeRequest.Bad bad -> wrong(bad.reason());
                        case AuthorizeRequest.Good good -> decide(good.request(), call.form());
                    });
        }
    }

    private Answer decide(AuthorizeRequest request, Parameters form) {
        return switch (form.get("decision").orElse("")) {
            case "allow" ->
                form.get("user_id")
                        .or(() -> form.get("user"))
                        .flatMap(UserId::parse)
                        .map(user -> allowed(request, user))
                        .orElseGet(() -> wrong("choose a user, or give a user id of 1 to 19 digits"));
            case "cancel" -> denied(request);
            default -> wrong("neither Allow nor Cancel was pressed");
        };
    }

    private Answer allowed(AuthorizeRequest request, UserId user) {
        world.ledger().count(Endpoint.AUTHORIZE, "allowed");
        world.ledger().log(user, "allowed", Optional.empty());
        String code = world.codes()
                .give(
                        world,
                        new Codes.Promise(
                                user,
                                request.app(),
                                request.scope().without(world.switches().withheldScopes()),
                                request.redirectUri(),
                                request.challenge()));
        return back(request, "state=" + encoded(request.state()) + "&code=" + encoded(code));
    }

    private Answer denied(AuthorizeRequest request) {
        world.ledger().count(Endpoint.AUTHORIZE, "denied");
        return back(request, "error=access_denied&state=" + encoded(request.state()));
    }

    private Answer back(AuthorizeRequest request, String query) {
        String uri = request.redirectUri();
        String iss = iss().map(value -> "&iss=" + encoded(value)).orElse("");
        return Answer.redirect(uri + (uri.indexOf('?') < 0 ? '?' : '&') + query + iss);
    }

    private Optional<String> iss() {
        return switch (world.switches().sendIss()) {
            case NONE -> Optional.empty();
            case RIGHT -> Optional.of(publicUrl.toString());
            case WRONG -> Optional.of("https://elsewhere.invalid");
        };
    }

    private Answer wrong(String reason) {
        world.ledger().count(Endpoint.AUTHORIZE, "wrong");
        return Answer.html(400, Pages.somethingWentWrong(reason));
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
