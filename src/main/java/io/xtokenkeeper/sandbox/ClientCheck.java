package io.xtokenkeeper.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.xtokenkeeper.sandbox.grants.ClientApp;
import java.util.Base64;
import java.util.Optional;

/**
 * Authenticates the app that calls the token or the revoke endpoint. Confidential apps send Basic authentication, public
 * apps send {@code client_id} in the body and no header; a secret in the body is rejected.
 */
final class ClientCheck {
    sealed interface Result {}

    record Known(ClientApp app) implements Result {}

    record Refused(Outcome outcome) implements Result {}

    private record Credentials(String id, String secret) {}

    private static final String BASIC = "Basic ";

    private final SimulatorState world;

    ClientCheck(SimulatorState world) {
        this.world = world;
    }

    Result of(Call call) {
        if (call.form().get("client_secret").isPresent()) {
            return new Refused(Outcome.refused(OAuthError.NO_AUTHORIZATION));
        }
        return call.authorization().isEmpty() ? byIdAlone(call.form()) : byHeader(call);
    }

    private Result byIdAlone(Parameters form) {
        Optional<String> id = form.get("client_id");
        if (id.isEmpty()) {
            return new Refused(
                    world.options().app().confidential()
                            ? Outcome.refused(OAuthError.NO_AUTHORIZATION)
                            : OAuthError.missing("client_id"));
        }
        Optional<ClientApp> app = id.flatMap(world::app);
        if (app.isEmpty()) {
            return new Refused(Outcome.refused(OAuthError.CLIENT_INVALID));
        }
        return app.get().confidential()
                ? new Refused(Outcome.refused(OAuthError.NO_AUTHORIZATION))
                : new Known(app.get());
    }

    private Result byHeader(Call call) {
        Optional<Credentials> credentials = credentials(call.authorization());
        if (credentials.isEmpty()) {
            return new Refused(Outcome.refused(OAuthError.NO_AUTHORIZATION));
        }
        String id = credentials.get().id();
        Optional<ClientApp> app = world.app(id);
        if (app.isEmpty() || !call.form().get("client_id").orElse(id).equals(id)) {
            return new Refused(Outcome.refused(OAuthError.CLIENT_INVALID));
        }
        boolean proven = app.get().confidential()
                && app.get().secret().equals(credentials.get().secret());
        return proven ? new Known(app.get()) : new Refused(Outcome.refused(OAuthError.NO_AUTHORIZATION));
    }

    /** RFC 6749, section 2.3.1: client id and secret are form-encoded before they are joined. */
    private static Optional<Credentials> credentials(String header) {
        if (!header.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            return Optional.empty();
        }
        try {
            String pair = new String(
                    Base64.getDecoder().decode(header.substring(BASIC.length()).trim()), UTF_8);
            int colon = pair.indexOf(':');
            return colon < 0
                    ? Optional.empty()
                    : Optional.of(new Credentials(
                            Parameters.decoded(pair.substring(0, colon)),
                            Parameters.decoded(pair.substring(colon + 1))));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }
}
