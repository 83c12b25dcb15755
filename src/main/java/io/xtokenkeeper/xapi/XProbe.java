package io.xtokenkeeper.xapi;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** Checks, without the running service, whether X is reachable and accepts our app. Spends no grant. */
public final class XProbe {
    private static final String NO_TOKEN = "no-token-this-only-asks-whether-the-app-is-known";

    private final XEndpoints endpoints;

    public XProbe(XEndpoints endpoints) {
        this.endpoints = endpoints;
    }

    /**
     * Calls X; any response means that X is reachable.
     *
     * @return the time of X's header {@code Date}, if it sent one
     * @throws IOException if there was no response within the deadline
     */
    public Optional<Instant> time() throws IOException, InterruptedException {
        // the metadata document needs no authentication and is not billed
        var answer = send(request("/.well-known/oauth-authorization-server"));
        return answer.headers().firstValue("Date").flatMap(XProbe::parse);
    }

    /**
     * Sends an invalid refresh token. X authenticates the app first, so {@code GrantRevoked} means that client id and secret
     * are correct.
     *
     * @throws IOException if there was no response within the deadline
     */
    public TokenEndpointResult credentials(ClientRegistration app, Instant now)
            throws IOException, InterruptedException {
        var form = "grant_type=refresh_token&refresh_token=" + NO_TOKEN + "&client_id="
                + ClientRegistration.form(app.clientId());
        var request = request("/2/oauth2/token")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form));
        app.authorization().ifPresent(basic -> request.header("Authorization", basic));
        var answer = send(request);
        return TokenResponseParser.read(
                XResponse.of(answer.statusCode(), new XBody(answer.body(), null), Optional.empty()), now);
    }

    private HttpRequest.Builder request(String path) {
        return endpoints.egress().commandRequest(endpoints.api().resolve(path));
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return endpoints.egress().send(request, endpoints.deadline());
    }

    private static Optional<Instant> parse(String date) {
        try {
            return Optional.of(Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date)));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
