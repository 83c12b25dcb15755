import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** Connects an X account for a user of yours and asks X whose it is: {@code java Me.java customer-42 [scope]}. */
class Me {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String KEEPER = setting("KEEPER_URL", "http://localhost:8080") + "/api/v1";

    public static void main(String[] arguments) throws Exception {
        var scope = arguments.length > 1 ? arguments[1] : "tweet.read users.read";
        var token = token(account(arguments[0]), scope);
        var me = request(setting("X_API_URL", "https://api.x.com") + "/2/users/me", token);
        System.out.println(send(me));
    }

    /** The account of a user of yours. A user without one gets a consent link. */
    private static String account(String reference) throws Exception {
        var found = member("id", send(keeper("/accounts?reference=" + encoded(reference))));
        return found.isPresent() ? found.get() : connected(reference);
    }

    /** Waits until the user has connected an account. A web application waits for the webhook consent_link.ended instead. */
    private static String connected(String reference) throws Exception {
        // state: keep it in the user's session, the page at return_to compares it
        var body = """
                {"reference": "%s", "return_to": "%s", "state": "%s"}"""
                .formatted(reference, setting("RETURN_TO", "/"), UUID.randomUUID());
        var link = send(keeper("/consent-links")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
        System.out.println("send the user " + member("page_url", link).orElseThrow());
        while (true) {
            var now = send(keeper("/consent-links/" + member("id", link).orElseThrow()));
            switch (member("status", now).orElseThrow()) {
                case "CONNECTED" -> {
                    return member("account", now).orElseThrow();
                }
                case "EXPIRED", "WITHDRAWN" -> throw new IllegalStateException("the link does not work any more");
                default -> Thread.sleep(1000);
            }
        }
    }

    /** Called before each use: the keeper answers from memory. */
    private static String token(String account, String scope) throws Exception {
        var answer = send(keeper("/accounts/" + account + "/token?min_ttl=60&scope=" + encoded(scope)));
        return member("access_token", answer).orElseThrow();
    }

    private static HttpRequest.Builder keeper(String path) {
        return request(KEEPER + path, System.getenv("KEEPER_KEY"));
    }

    private static HttpRequest.Builder request(String address, String bearer) {
        return HttpRequest.newBuilder(URI.create(address)).header("Authorization", "Bearer " + bearer);
    }

    private static String send(HttpRequest.Builder request) throws Exception {
        var answer = HTTP.send(request.build(), BodyHandlers.ofString());
        return switch (answer.statusCode()) {
            case 200, 201 -> answer.body();
            // the grant was revoked, or it lacks a scope: the link asks for what is needed
            case 409 ->
                throw new IllegalStateException(
                        "send the user " + member("consent_link", answer.body()).orElseThrow());
            default -> throw new IllegalStateException(answer.statusCode() + ": " + answer.body());
        };
    }

    /** The first member with this name. A program of some size has a JSON library. */
    private static Optional<String> member(String name, String json) {
        var found = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(json);
        return found.find() ? Optional.of(found.group(1)) : Optional.empty();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String setting(String name, String otherwise) {
        return Optional.ofNullable(System.getenv(name)).orElse(otherwise);
    }
}
