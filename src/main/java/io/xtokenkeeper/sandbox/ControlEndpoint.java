package io.xtokenkeeper.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code /sandbox/…}: the fault configuration, the call log, and actions of a user at X itself. */
final class ControlEndpoint {
    private static final Pattern USER = Pattern.compile("/sandbox/users/([1-9][0-9]{0,18})(/revoke)?");

    private final Sandbox sandbox;

    ControlEndpoint(Sandbox sandbox) {
        this.sandbox = sandbox;
    }

    Answer answer(String method, Call call) {
        Matcher user = USER.matcher(call.path());
        if (user.matches()) {
            return user(method, user.group(1), user.group(2) != null);
        }
        return switch (method + ' ' + call.path()) {
            case "GET /sandbox/switches" -> json(FaultConfigJson.write(sandbox.switches()));
            case "PUT /sandbox/switches" -> patch(call.body());
            case "GET /sandbox/ledger" ->
                json(CallLogJson.write(
                        sandbox.ledger(), call.query().get("users").orElse("").equals("all")));
            case "POST /sandbox/reset" -> {
                sandbox.reset();
                yield json(Json.object().put("reset", true));
            }
            case "POST /sandbox/live" -> live(call.body());
            default -> Problem.NOT_FOUND.answer();
        };
    }

    static Answer refused(String reason) {
        return Answer.json(400, Json.text(Json.object().put("error", reason)));
    }

    private Answer user(String method, String id, boolean revoke) {
        if (revoke && method.equals("POST")) {
            return json(Json.object().put("userId", id).put("killed", sandbox.revokeAtX(id)));
        }
        return !revoke && method.equals("GET")
                ? json(CallLogJson.write(sandbox.ledger(), id))
                : Problem.NOT_FOUND.answer();
    }

    private Answer patch(String body) {
        try {
            JsonNode json = Json.read(body).orElseThrow(() -> new IllegalArgumentException("not a JSON object"));
            sandbox.update(switches -> FaultConfigJson.patch(switches, json));
            return json(FaultConfigJson.write(sandbox.switches()));
        } catch (IllegalArgumentException unusable) {
            return refused(unusable.getMessage());
        }
    }

    /** Which of these tokens X would accept now. The tokens are in the body, because a token must not be part of a URL. */
    private Answer live(String body) {
        ObjectNode answer = Json.object();
        ArrayNode live = answer.putArray("live");
        Json.read(body)
                .ifPresent(json -> json.path("tokens")
                        .forEach(token -> live.add(sandbox.ledger().isLive(token.asText()))));
        return json(answer);
    }

    private static Answer json(ObjectNode body) {
        return Answer.json(200, Json.text(body));
    }
}
