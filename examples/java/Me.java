import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.regex.Pattern;

/** Takes an access token from the keeper and asks X whose it is: {@code java Me.java 2244994945}. */
class Me {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    public static void main(String[] arguments) throws Exception {
        var token = token(arguments[0]);
        System.out.println(
                get(setting("X_API_URL", "https://api.x.com") + "/2/users/me", token).body());
    }

    /** Called before each use: the keeper answers from memory. */
    private static String token(String account) throws Exception {
        var base = setting("KEEPER_URL", "http://localhost:8080");
        var answer = get(base + "/api/v1/accounts/" + account + "/token?min_ttl=60", System.getenv("KEEPER_KEY"));
        return switch (answer.statusCode()) {
            case 200 -> member("access_token", answer.body());
            case 409 -> throw new IllegalStateException("consent again: " + member("consent_link", answer.body()));
            default -> throw new IllegalStateException(answer.statusCode() + ": " + member("detail", answer.body()));
        };
    }

    private static HttpResponse<String> get(String address, String bearer) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(address)).header("Authorization", "Bearer " + bearer);
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    /** Enough for one member; a program of some size has a JSON library. */
    private static String member(String name, String json) {
        var found = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(json);
        return found.find() ? found.group(1) : json;
    }

    private static String setting(String name, String otherwise) {
        var set = System.getenv(name);
        return set == null ? otherwise : set;
    }
}
