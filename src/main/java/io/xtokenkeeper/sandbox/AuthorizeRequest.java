package io.xtokenkeeper.sandbox;

import io.xtokenkeeper.sandbox.grants.ClientApp;
import io.xtokenkeeper.sandbox.grants.Scope;
import java.util.Optional;
import java.util.regex.Pattern;

/** An authorization request that has passed every check. */
record AuthorizeRequest(ClientApp app, String redirectUri, Scope scope, String state, String challenge) {
    sealed interface Result {}

    record Good(AuthorizeRequest request) implements Result {}

    /**
     * The request is invalid.
     *
     * @param reason for the developer; X shows none
     */
    record Bad(String reason) implements Result {}

    private static final int MAX_STATE = 500;
    private static final Pattern S256 = Pattern.compile("[A-Za-z0-9_-]{43}");

    static Result check(Parameters parameters, SimulatorState world) {
        if (!parameters.repeated().isEmpty()) {
            return new Bad("given more than once: " + String.join(", ", parameters.repeated()));
        }
        Optional<String> missing = parameters.firstMissing(
                "response_type",
                "client_id",
                "redirect_uri",
                "scope",
                "state",
                "code_challenge",
                "code_challenge_method");
        if (missing.isPresent()) {
            return new Bad("missing or empty: " + missing.get());
        }
        Optional<ClientApp> app = world.app(parameters.require("client_id"));
        Optional<Scope> scope = Scope.parse(parameters.require("scope"));
        if (app.isEmpty()) {
            return new Bad("client_id names no app of this sandbox");
        }
        if (!app.get().accepts(parameters.require("redirect_uri"))) {
            return new Bad("redirect_uri is not registered for this app, character by character");
        }
        if (scope.isEmpty()) {
            return new Bad("scope must be names separated by single spaces, and a space is sent as %20");
        }
        return withProof(parameters, app.get(), scope.get());
    }

    private static Result withProof(Parameters parameters, ClientApp app, Scope scope) {
        if (!parameters.require("response_type").equals("code")) {
            return new Bad("response_type must be code");
        }
        if (parameters.require("state").length() > MAX_STATE) {
            return new Bad("state is longer than " + MAX_STATE + " characters");
        }
        if (!parameters.require("code_challenge_method").equals("S256")) {
            return new Bad("code_challenge_method must be S256");
        }
        if (!S256.matcher(parameters.require("code_challenge")).matches()) {
            return new Bad("code_challenge is not the base64url of a SHA-256");
        }
        return new Good(new AuthorizeRequest(
                app,
                parameters.require("redirect_uri"),
                scope,
                parameters.require("state"),
                parameters.require("code_challenge")));
    }
}
