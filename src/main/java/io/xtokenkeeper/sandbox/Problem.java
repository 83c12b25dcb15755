package io.xtokenkeeper.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** The problem objects that the other endpoints of X's API return. */
enum Problem {
    UNAUTHORIZED(401, "Unauthorized", "Unauthorized"),
    FORBIDDEN(403, "Forbidden", "Forbidden"),
    NOT_FOUND(404, "Not Found", "Not Found"),
    TOO_MANY_REQUESTS(429, "Too Many Requests", "Too Many Requests"),
    INTERNAL_ERROR(500, "Internal Server Error", "Something is broken. This is a sandbox: a switch did it."),
    BAD_GATEWAY(502, "Bad Gateway", "Bad Gateway"),
    UNAVAILABLE(503, "Service Unavailable", "Service Unavailable");

    private final int status;
    private final String title;
    private final String detail;

    Problem(int status, String title, String detail) {
        this.status = status;
        this.title = title;
        this.detail = detail;
    }

    Answer answer() {
        return Answer.json(status, Json.text(body("about:blank")));
    }

    /** The app has not been enrolled for the API it calls; the token is valid. */
    static Answer notEnrolled(String clientId) {
        ObjectNode body = FORBIDDEN.body("https://api.twitter.com/2/problems/client-forbidden");
        body.put("title", "Client Forbidden");
        body.put("detail", "This request must be made using an approved developer account that is enrolled.");
        body.put("client_id", clientId);
        body.put("required_enrollment", "Appropriate Level of API Access");
        body.put("registration_url", "https://developer.twitter.com/en/docs/projects/overview");
        body.put("reason", "client-not-enrolled");
        return Answer.json(FORBIDDEN.status, Json.text(body));
    }

    String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    private ObjectNode body(String type) {
        return Json.object()
                .put("title", title)
                .put("type", type)
                .put("status", status)
                .put("detail", detail);
    }
}
