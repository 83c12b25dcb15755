package io.xtokenkeeper.sandbox;

import io.xtokenkeeper.domain.DocumentedScopes;
import io.xtokenkeeper.sandbox.grants.Scope;
import io.xtokenkeeper.sandbox.grants.TestUser;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The simulator's pages for users. They work without scripts. */
final class Pages {
    private static final Template FRAME = Template.read("frame.html");
    private static final Template CONSENT = Template.read("consent.html");
    private static final Template USER = Template.read("user.html");
    private static final Template SCOPE = new Template("<li>{{words}} <code>{{name}}</code></li>\n");
    private static final Template HIDDEN =
            new Template("<input type=\"hidden\" name=\"{{name}}\" value=\"{{value}}\">\n");
    private static final Template WRONG = Template.read("wrong.html");
    private static final Template ABOUT = Template.read("about.html");
    private static final Template AVATAR = Template.read("avatar.svg");

    private Pages() {}

    static String consent(AuthorizeRequest request, List<TestUser> users) {
        return framed(
                "Authorize " + request.app().id(),
                CONSENT.filled(Map.of(
                        "app", request.app().id(),
                        "carried", carried(request),
                        "scopes", scopes(request.scope()),
                        "users", users(users),
                        "redirect", request.redirectUri())));
    }

    static String somethingWentWrong(String reason) {
        return framed("Something went wrong", WRONG.filled(Map.of("reason", reason)));
    }

    /** The page at the simulator's root, which describes it. */
    static String about(URI publicUrl) {
        return framed("About", ABOUT.filled(Map.of("url", publicUrl.toString())));
    }

    /** A user's picture: the first letter on a colour that depends on the user. */
    static String avatar(TestUser person) {
        return AVATAR.filled(Map.of(
                "hue", Integer.toString(Math.floorMod(person.id().hashCode() * 37, 360)),
                "letter", (person.name() + "?").substring(0, 1).toUpperCase(Locale.ROOT)));
    }

    private static String framed(String title, String main) {
        return FRAME.filled(Map.of("title", title, "main", main));
    }

    private static String scopes(Scope scope) {
        return scope.names().stream()
                .map(name -> SCOPE.filled(Map.of("words", DocumentedScopes.description(name), "name", name)))
                .collect(Collectors.joining());
    }

    private static String users(List<TestUser> users) {
        return users.stream()
                .map(user -> USER.filled(Map.of(
                        "id", user.id(),
                        "name", user.name(),
                        "username", user.username(),
                        "checked", user.equals(users.getFirst()) ? " checked" : "")))
                .collect(Collectors.joining());
    }

    /** Hidden fields with the request; it is checked again when the form is submitted. */
    private static String carried(AuthorizeRequest request) {
        return hidden("response_type", "code")
                + hidden("client_id", request.app().id())
                + hidden("redirect_uri", request.redirectUri())
                + hidden("scope", String.join(" ", request.scope().names()))
                + hidden("state", request.state())
                + hidden("code_challenge", request.challenge())
                + hidden("code_challenge_method", "S256");
    }

    private static String hidden(String name, String value) {
        return HIDDEN.filled(Map.of("name", name, "value", value));
    }
}
