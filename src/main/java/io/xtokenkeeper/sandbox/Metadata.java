package io.xtokenkeeper.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.List;

/** {@code /.well-known/oauth-authorization-server} (RFC 8414), with the members that X publishes and no others. */
final class Metadata {
    private static final List<String> SCOPES = List.of(
            "tweet.read",
            "users.read",
            "follows.read",
            "space.read",
            "mute.read",
            "like.read",
            "list.read",
            "list.write",
            "block.read",
            "block.write",
            "bookmark.read",
            "bookmark.write",
            "dm.read",
            "dm.write",
            "developer.billing.write",
            "developer.write",
            "offline.access",
            "ads.read",
            "ads.write",
            "media.write");

    private Metadata() {}

    static Answer at(URI base) {
        ObjectNode body = Json.object()
                .put("authorization_endpoint", base + "/i/oauth2/authorize")
                .put("issuer", base.toString())
                .put("token_endpoint", base + "/2/oauth2/token");
        body.putArray("code_challenge_methods_supported").add("S256");
        body.putArray("grant_types_supported").add("authorization_code").add("refresh_token");
        body.putArray("response_types_supported").add("code");
        body.set("scopes_supported", Json.tree(SCOPES));
        body.putArray("token_endpoint_auth_methods_supported").add("none").add("client_secret_basic");
        return Answer.json(200, Json.text(body));
    }
}
